// Slack for the tests: npm `emulate`, and a front before it in the same process that plays what it lacks.
//
// What emulate 0.12.2 does: 57 routes of the Web API with state: messages with blocks and metadata, conversations,
// users, views with hash and trigger ids that live 3 s and work once, uploads, OAuth v2. Text is cut at 40,000
// characters, and the events that a call causes are sent, signed.
// What it lacks, or does otherwise than Slack, and is played here:
// - it knows form and JSON posts only: GETs and query strings, which Slack's Python SDK sends, are folded;
// - any unknown token is taken for the first user, so that a revoked one would still work: refused here;
// - its own limit of 5,000 calls an hour with one token, answered with 403: a token gets another name in time;
// - users.list leaves out whose account is deactivated; no answer says which scopes were granted;
// - users.info has no `tz`, `locale`, `updated`; conversations.history and conversations.replies no `oldest`,
//   `latest`, `inclusive`, and metadata always, the latter no pages either; an upload's `alt_txt` has another name;
// - its time stamps count messages where Slack's count microseconds, so that a search by time would miss some;
// - the bot's messages have no `bot_id`; blocks and elements that an app sends without ids stay without;
// - events lack `channel_type`, `authorizations`, `api_app_id`, `event_ts`; a call waits until they are delivered;
// - there are no slash commands, interactions, modal stack, response_url, uninstalling, faults and record of
//   calls; views are never closed, ephemeral messages cannot be read. `stand_in.py` plays the people by changing the
//   rows of the emulator's tables; where the emulator has an event for what they do, it is the one that is sent.
// What stays otherwise than with Slack: no limit of Block Kit is checked, nor whether the bot is in a public channel;
// no Socket Mode, no rate limits but those that a test injects, no second sending of an event by itself.
//
// This file has the answers by response_url, the record of calls, the faults, and what the tests ask for;
// `emulator.mjs` has the rest.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as slack from "./emulator.mjs";

const { APP, SECRET, TEAM } = slack;
const RESPONSE_USES = 5;
const RESPONSE_SECONDS = 30 * 60;
const JSON_ARGUMENTS = ["blocks", "attachments", "metadata", "view", "files"];

let world; // all that a reset forgets, but for the emulator's own

// ---------------------------------------------------------------- answers by response_url

/** Open an address for answers to a slash command or an action. */
function responder(place) {
  const id = randomUUID();
  world.responders.set(id, { ...place, uses: 0, until: Date.now() / 1000 + RESPONSE_SECONDS });
  return { response_url: `${front}/response/${id}`, id };
}

function respond(id, given) {
  const place = world.responders.get(id);
  if (!place || place.until < Date.now() / 1000) return { ok: false, error: "expired_url" };
  if (place.uses++ >= RESPONSE_USES) return { ok: false, error: "used_url" };
  shown(place, given);
  return { ok: true };
}

/** Show the answer: in place of the message that it answers, to everybody, or to this person alone. */
function shown(place, given) {
  const originals = place.ephemeral ? slack.tables.ephemeralMessages : slack.tables.messages;
  const original = originals.findBy("ts", place.ts ?? "").find((row) => row.channel_id === place.channel);
  const { text = "", metadata, thread_ts } = given;
  const content = { text, metadata, blocks: given.blocks && slack.named(given.blocks) };
  if (given.delete_original) return original && originals.delete(original.id);
  if (given.replace_original && original)
    return originals.update(original.id, { ...content, edited: { user: APP.bot_user_id, ts: slack.stamp() } });
  const row = {
    ...{ ts: slack.stamp(), channel_id: place.channel, user: APP.bot_user_id, type: "message", thread_ts, ...content },
    ...{ bot_id: APP.bot_id, app_id: APP.app_id, reply_count: 0, reply_users: [], reactions: [] },
  };
  if (given.response_type === "in_channel") return slack.tables.messages.insert(row);
  return slack.tables.ephemeralMessages.insert({ ...row, target_user: place.user });
}

// ---------------------------------------------------------------- record and faults

/** Put a call on record, inject the fault that waits for it, and answer. */
async function recorded(method, given, response, act, status = () => 200) {
  const call = { method, arguments: given, at: Date.now() / 1000, effect: false, fault: null, answer: null };
  world.calls.push(call);
  const fault = taken(method, given);
  if (fault) call.fault = fault.kind;
  changed();
  if (fault && !fault.after && !(await injected(fault, response))) return changed();
  const answer = await act();
  call.effect = answer.ok === true;
  call.answer = answer;
  if (fault?.after && !(await injected(fault, response))) return changed();
  send(response, status(answer), answer, world.headers);
  changed();
}

function taken(method, given) {
  const fits = (fault) =>
    fault.method === method &&
    JSON.stringify(given).includes(fault.holding ?? "") &&
    Object.entries(fault.where ?? {}).every(([key, value]) => String(given[key]) === String(value));
  const at = world.faults.findIndex(fits);
  if (at < 0) return undefined;
  const fault = world.faults[at];
  if (--fault.times <= 0) world.faults.splice(at, 1);
  return fault;
}

/** Return whether the call goes on after all. */
async function injected(fault, response) {
  switch (fault.kind) {
    case "limited":
      send(response, 429, { ok: false, error: "ratelimited" }, { "retry-after": String(fault.seconds) });
      return false;
    case "refused":
      send(response, 200, { ok: false, error: fault.error });
      return false;
    case "broken":
      response.writeHead(fault.status, { "content-type": "text/html" }).end("<h1>Server Error</h1>");
      return false;
    case "dropped":
      response.socket.resetAndDestroy();
      return false;
    case "hanging":
      world.hanging.add(response);
      return false;
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, fault.seconds * 1000));
      return true;
    default:
      throw new Error(`There is no fault "${fault.kind}".`);
  }
}

function changed() {
  world.changes += 1;
  for (const wake of world.waiting.splice(0)) wake();
}

// ---------------------------------------------------------------- what the tests ask for

const controls = {
  /** Forget all, and begin a workspace whose bot has a token of its own. */
  reset({ events_url = null, headers = {} }) {
    for (const response of world?.hanging ?? []) response.destroy();
    for (const wake of world?.waiting ?? []) wake();
    emulator.reset();
    slack.baptize();
    world = {
      ...{ calls: [], changes: 0, faults: [], waiting: [], headers },
      ...{ hanging: new Set(), responders: new Map() },
    };
    slack.subscribe(events_url);
    const bot_token = slack.install();
    return { url: `${front}/api/`, bot_token, signing_secret: SECRET, team_id: TEAM, ...APP };
  },

  /** From now on the answers of the Web API have these headers. */
  headers: ({ headers }) => ({ headers: Object.assign(world.headers, headers) }),

  install: () => ({ bot_token: slack.install() }),
  subscribe: ({ events_url }) => slack.subscribe(events_url),
  revoke: ({ token, error }) => slack.revoke(token, error),

  /** Call the Web API as somebody, off the record; the events that it causes are returned, not delivered. */
  call: ({ method, arguments: given, token }) =>
    slack.asPerson(() => slack.webApi(method, given, token ?? slack.bot)),

  envelope: ({ event }) => slack.envelope(event),
  rows: ({ table, where }) => matching(table, where),
  insert: ({ table, row }) => slack.tables[table].insert(row),
  change: ({ table, where, row }) => matching(table, where).map(({ id }) => slack.tables[table].update(id, row)),
  remove: ({ table, where }) => matching(table, where).map(({ id }) => slack.tables[table].delete(id)),
  responder,
  respond: ({ id, arguments: given }) => respond(id, given),
  stamp: () => slack.stamp(),

  fault(fault) {
    world.faults.push(fault);
    return {};
  },

  heal() {
    world.faults.length = 0;
    for (const response of world.hanging) response.destroy();
    world.hanging.clear();
    return {};
  },

  calls: ({ method }) => world.calls.filter((call) => !method || call.method === method),

  /** Wait until there were more changes than these, or for so many seconds; return how many there were. */
  async changes({ since, seconds }) {
    if (world.changes > since) return world.changes;
    await new Promise((resolve) => {
      world.waiting.push(resolve);
      setTimeout(resolve, seconds * 1000);
    });
    return world.changes;
  },
};

function matching(table, where = {}) {
  const [[first, value] = []] = Object.entries(where);
  const rows = first ? slack.tables[table].findBy(first, value) : slack.tables[table].all();
  return rows.filter((row) => Object.entries(where).every(([key, wanted]) => row[key] === wanted));
}

// ---------------------------------------------------------------- HTTP

async function served(request, response) {
  const url = new URL(request.url, front);
  const body = await read(request);
  const [, area, name] = url.pathname.split("/");
  if (area === "control") return send(response, 200, await controls[name](JSON.parse(body)));
  if (area === "response") {
    const given = JSON.parse(body);
    return recorded("response_url", given, response, () => respond(name, given), ({ ok }) => (ok ? 200 : 404));
  }
  if (area === "api") {
    const { token, ...given } = folded(url, request, body);
    const bearer = request.headers.authorization?.match(/^Bearer (.+)$/i)?.[1] ?? token;
    return recorded(name, given, response, () => slack.webApi(name, given, bearer, credentials(request)));
  }
  return passed(request, response, body);
}

const credentials = ({ headers }) => (headers.authorization ? { authorization: headers.authorization } : {});

/** The arguments of a call, wherever they stand. */
function folded(url, request, body) {
  const json = (request.headers["content-type"] ?? "").includes("json");
  const given = json ? JSON.parse(body || "{}") : Object.fromEntries(new URLSearchParams(body.toString()));
  const all = { ...Object.fromEntries(url.searchParams), ...given };
  for (const key of JSON_ARGUMENTS) if (typeof all[key] === "string") all[key] = parsed(all[key]);
  return all;
}

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Uploads and the pages of OAuth are the emulator's own. */
async function passed(request, response, body) {
  const { host, connection, "content-length": length, ...headers } = request.headers;
  const content = ["GET", "HEAD"].includes(request.method) ? {} : { body };
  const { method } = request;
  const answer = await slack.app.fetch(new Request(front + request.url, { method, headers, ...content }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function send(response, status, answer, headers = {}) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(answer ?? null));
}

const server = createServer((request, response) =>
  served(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) send(response, 500, { stand_in: String(error) });
  }),
);
server.keepAliveTimeout = 60_000; // a connection that closes just when it is used again would look like a fault
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const front = `http://127.0.0.1:${server.address().port}`;
const emulator = await slack.start(front, changed);
process.stdin.on("end", () => process.exit()).resume(); // the tests are gone
console.log(front);
