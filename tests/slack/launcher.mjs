// Slack for the tests: npm `emulate`, and a front before it in the same process that plays what it lacks.
//
// What emulate 0.12.2 does: 57 routes of the Web API with state (messages with blocks and metadata, conversations,
// users, views with hash and trigger ids that live 3 s and work once, uploads with alt text, OAuth v2), ids, time
// stamps, truncation at 40,000 characters, and it dispatches the events that its calls cause.
// What it lacks, or does otherwise than Slack, and is played here:
// - it knows form and JSON posts only: GETs and query strings, which Slack's Python SDK sends, are folded;
// - any unknown token is taken for the first user, so that a revoked one would still work: refused here;
// - its own limit of 5,000 calls an hour with one token, answered with 403: a token gets another name in time;
// - users.info has no `tz`, `locale`, `updated`; conversations.history no `oldest`, `latest`, `inclusive`, and
//   metadata always; an upload's `alt_txt` has another name; its time stamps count messages where Slack's count microseconds; the bot's messages no `bot_id`; blocks and elements without ids stay without;
// - events lack `channel_type`, `authorizations`, `api_app_id`, `event_ts`, and a call waits for their delivery;
// - no slash commands, interactions, modal stack, response_url, uninstalling, faults, and no record of calls:
//   views are never closed, ephemeral messages cannot be read. `stand_in.py` plays the people, with the
//   rows of the emulator's tables; its events are the emulator's own where it has them.
// - it checks no limit of Block Kit and not whether the bot is in a public channel: that stays so.
//
// The emulator's store is no part of its published interface. It is reached by the file's name, which is safe
// as long as package-lock.json pins the version by its checksum.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createEmulator } from "emulate";
import { getSlackStore, slackPlugin } from "./node_modules/emulate/dist/dist-6ZQHD4DN.js";

const SECRET = "stand-in-signing-secret";
const APP = { app_id: "A0LEADCYCLE", bot_id: "B0LEADCYCLE", bot_user_id: "U0LEADCYCLE" };
const TEAM = "T000000001"; // the emulator's own
const CALLS_WITH_ONE_TOKEN = 4_000;
const RESPONSE_USES = 5;
const RESPONSE_SECONDS = 30 * 60;
const SUBSCRIBED = (event) => event.type === "message" && event.channel_type === "im";
const JSON_ARGUMENTS = ["blocks", "attachments", "metadata", "view", "files"];

let app; // of the emulator: takes a Request, gives a Response
let tables;
let webhooks;
let deliver; // the emulator's own signed delivery to the app under test
let bot; // its token
let tokens = 0; // given out so far
const cause = new AsyncLocalStorage(); // { events }: where the events of a person's call go
const used = new Map(); // token -> calls
let world; // all that a reset forgets

// ---------------------------------------------------------------- the emulator

function capture(anApp, store, dispatcher, ...more) {
  app = anApp;
  tables = getSlackStore(store);
  webhooks = dispatcher;
  deliver = webhooks.dispatch.bind(webhooks);
  webhooks.dispatch = dispatched;
  const insert = tables.messages.insert.bind(tables.messages);
  tables.messages.insert = (row) => insert(row.files ? row : { ...row, ts: stamp() });
  return register(anApp, store, dispatcher, ...more);
}

const register = slackPlugin.register.bind(slackPlugin);
slackPlugin.register = capture;

/** A person's call collects its events; what the bot does is told to the app if it would be subscribed to it. */
async function dispatched(type, action, payload, owner) {
  const told = envelope(payload.event);
  const collected = cause.getStore()?.events;
  if (collected) collected.push(told);
  else if (SUBSCRIBED(told.event)) void deliver(type, action, told, owner).then(changed);
}

/** The event as Slack sends it. */
function envelope(event) {
  const channel = tables.channels.findOneBy("channel_id", event.channel ?? "");
  const time = event.event_ts ?? event.ts ?? stamp();
  return {
    token: "verification-token",
    team_id: TEAM,
    context_team_id: TEAM,
    context_enterprise_id: null,
    api_app_id: APP.app_id,
    event: {
      ...event,
      ...(event.type === "message" && channel ? { channel_type: kind(channel) } : {}),
      ...(event.type === "message" && event.user ? { team: TEAM } : {}),
      event_ts: time,
    },
    type: "event_callback",
    event_id: `Ev${randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Number(time)),
    authorizations: [
      { enterprise_id: null, team_id: TEAM, user_id: APP.bot_user_id, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${randomUUID()}`,
  };
}

function kind(channel) {
  if (channel.is_im) return "im";
  if (channel.is_mpim) return "mpim";
  return channel.is_private ? "group" : "channel";
}

/** A time stamp as Slack has it: microseconds, each only once. */
let last = 0;
function stamp() {
  last = Math.max(last + 1, Date.now() * 1000);
  return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, "0")}`;
}

/** Call the emulator's Web API; the result is what it answers as JSON. */
async function emulate(method, given, token, headers = {}) {
  const authorization = token ? { authorization: `Bearer ${alias(token)}` } : {};
  const request = new Request(`http://emulate/api/${method}`, {
    method: "POST",
    headers: { ...headers, ...authorization, "content-type": "application/json" },
    body: JSON.stringify(given),
  });
  const answer = await app.fetch(request);
  return answer.status === 404 ? { ok: false, error: "unknown_method" } : answer.json();
}

function alias(token) {
  const uses = used.get(token) ?? 0;
  used.set(token, uses + 1);
  const name = `${token}.${Math.floor(uses / CALLS_WITH_ONE_TOKEN)}`;
  if (!tables.tokens.findOneBy("token", name))
    tables.tokens.insert({ ...tables.tokens.findOneBy("token", token), id: undefined, token: name });
  return name;
}

// ---------------------------------------------------------------- the Web API as Slack has it

async function webApi(method, given, token, headers) {
  const refusal = refused(token);
  if (refusal) return { ok: false, error: refusal };
  if (method === "conversations.history") return history(given, token);
  const answer = await emulate(method, completed(method, given, token), token, headers);
  if (method === "chat.postMessage" && answer.ok) answer.ts = answer.message.ts;
  if (answer.user?.id) answer.user = { ...answer.user, ...personal(answer.user.id, given) };
  answer.members = answer.members?.map((user) => (user.id ? { ...user, ...personal(user.id, given) } : user));
  return answer;
}

function refused(token) {
  if (!token || tables.tokens.findOneBy("token", token)) return undefined; // the emulator says not_authed by itself
  return world.revoked.get(token) ?? "invalid_auth";
}

/** What Slack adds to what an app sends. */
function completed(method, given, token) {
  const author = method.startsWith("chat.post") && token === bot ? { bot_id: APP.bot_id, app_id: APP.app_id } : {};
  const blocks = Array.isArray(given.blocks) ? { blocks: named(given.blocks) } : {};
  const view = Array.isArray(given.view?.blocks) ? { view: { ...given.view, blocks: named(given.view.blocks) } } : {};
  const spoken = given.alt_txt ? { alt_text: given.alt_txt } : {};
  return { ...given, ...author, ...blocks, ...view, ...spoken };
}

function named(blocks) {
  const id = () => randomUUID().slice(0, 5);
  const element = (one) => (one?.type && "action_id" in one === false ? { ...one, action_id: id() } : one);
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? id(),
    ...(block.type === "actions" ? { elements: block.elements?.map(element) } : {}),
    ...(block.type === "input" ? { element: element(block.element) } : {}),
    ...(block.accessory ? { accessory: element(block.accessory) } : {}),
  }));
}

const truth = (value) => ["true", "1"].includes(String(value));

function personal(id, given) {
  const { tz, tz_offset, locale, is_restricted, is_ultra_restricted } = tables.users.findOneBy("user_id", id) ?? {};
  const language = truth(given.include_locale) ? { locale } : {};
  const guest = { is_restricted: is_restricted ?? false, is_ultra_restricted: is_ultra_restricted ?? false };
  return { tz, tz_offset, tz_label: tz, updated: Math.floor(Date.now() / 1000), ...guest, ...language };
}

async function history(given, token) {
  const all = await allHistory(given.channel, token);
  if (!all.ok) return all;
  const inclusive = truth(given.inclusive);
  const after = (ts) => !given.oldest || Number(ts) > Number(given.oldest) || (inclusive && ts === given.oldest);
  const before = (ts) => !given.latest || Number(ts) < Number(given.latest) || (inclusive && ts === given.latest);
  const found = all.messages.filter(({ ts }) => after(ts) && before(ts));
  const start = Math.max(found.findIndex(({ ts }) => ts === given.cursor), 0);
  const next = found[start + Number(given.limit ?? 100)]?.ts ?? "";
  const page = found.slice(start, start + Number(given.limit ?? 100));
  const seen = truth(given.include_all_metadata) ? page : page.map(({ metadata, ...rest }) => rest);
  return { ok: true, messages: seen, has_more: next !== "", response_metadata: { next_cursor: next } };
}

async function allHistory(channel, token) {
  const pages = [];
  let cursor = "";
  do {
    const page = await emulate("conversations.history", { channel, limit: 1000, cursor }, token);
    if (!page.ok) return page;
    pages.push(...page.messages);
    cursor = page.response_metadata.next_cursor;
  } while (cursor);
  return { ok: true, messages: pages };
}

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
  const originals = place.ephemeral ? tables.ephemeralMessages : tables.messages;
  const original = originals.findBy("ts", place.ts ?? "").find((row) => row.channel_id === place.channel);
  const { text = "", metadata, thread_ts } = given;
  const content = { text, metadata, blocks: given.blocks && named(given.blocks) };
  if (given.delete_original) return original && originals.delete(original.id);
  if (given.replace_original && original)
    return originals.update(original.id, { ...content, edited: { user: APP.bot_user_id, ts: stamp() } });
  const row = {
    ...{ ts: stamp(), channel_id: place.channel, user: APP.bot_user_id, type: "message", thread_ts, ...content },
    ...{ bot_id: APP.bot_id, app_id: APP.app_id, reply_count: 0, reply_users: [], reactions: [] },
  };
  if (given.response_type === "in_channel") return tables.messages.insert(row);
  return tables.ephemeralMessages.insert({ ...row, target_user: place.user });
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
  send(response, status(answer), answer);
  changed();
}

function taken(method, given) {
  const fits = (fault) =>
    fault.method === method &&
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
  reset({ events_url = null }) {
    for (const response of world?.hanging ?? []) response.destroy();
    for (const wake of world?.waiting ?? []) wake();
    emulator.reset();
    world = {
      ...{ calls: [], changes: 0, faults: [], waiting: [] },
      ...{ hanging: new Set(), responders: new Map(), revoked: new Map() },
    };
    controls.subscribe({ events_url });
    return { url: `${front}/api/`, signing_secret: SECRET, team_id: TEAM, ...APP, ...controls.install() };
  },

  /** Give the bot a token that nobody had before: whoever still speaks with an older one is refused. */
  install() {
    bot = `xoxb-${++tokens}-stand-in`;
    const { bot_id, app_id, bot_user_id } = APP;
    tables.tokens.insert({
      ...{ token: bot, token_type: "bot", team_id: TEAM, user_id: bot_user_id, app_id, bot_id, bot_user_id },
      ...{ scopes: [], client_id: "1.2" },
    });
    return { bot_token: bot };
  },

  /** Tell the bot's own messages in direct conversations to this address. */
  subscribe({ events_url }) {
    webhooks.clear();
    if (events_url) webhooks.register({ url: events_url, events: ["*"], active: true, owner: "slack" });
    return {};
  },

  /** Call the Web API as somebody, off the record; the events that it causes are returned, not delivered. */
  async call({ method, arguments: given, token }) {
    const caused = { events: [] };
    const answer = await cause.run(caused, () => webApi(method, given, token ?? bot));
    return { answer, events: caused.events };
  },

  envelope: ({ event }) => envelope(event),
  rows: ({ table, where }) => matching(table, where),
  insert: ({ table, row }) => tables[table].insert(row),
  change: ({ table, where, row }) => matching(table, where).map(({ id }) => tables[table].update(id, row)),
  remove: ({ table, where }) => matching(table, where).map(({ id }) => tables[table].delete(id)),
  responder,
  respond: ({ id, arguments: given }) => respond(id, given),
  stamp: () => stamp(),

  revoke({ token, error }) {
    world.revoked.set(token, error);
    return controls.remove({ table: "tokens", where: { token } });
  },

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
  const rows = first ? tables[table].findBy(first, value) : tables[table].all();
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
    return recorded(name, given, response, () => webApi(name, given, bearer, credentials(request)));
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
  const answer = await app.fetch(new Request(front + request.url, { method: request.method, headers, ...content }));
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
const emulator = await createEmulator({
  service: "slack",
  port: 0,
  hostname: "127.0.0.1",
  baseUrl: front,
  seed: {
    slack: {
      team: { name: "Riverside", domain: "riverside" },
      oauth_apps: [
        { ...APP, client_id: "1.2", client_secret: "stand-in-client-secret", name: "Leadcycle", bot_name: "leadcycle",
          redirect_uris: ["http://127.0.0.1/slack/oauth_redirect"], scopes: ["chat:write"] },
      ],
      signing_secret: SECRET,
    },
  },
});
process.stdin.on("end", () => process.exit()).resume(); // the tests are gone
console.log(front);
