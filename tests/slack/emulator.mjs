// Npm's `emulate` with what it lacks of Slack's Web API and events; `launcher.mjs` says what that is.
//
// The emulator's store is no part of its published interface. It is reached by the file's name, which is safe
// as long as package-lock.json pins the version by its checksum.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { createEmulator } from "emulate";
import { getSlackStore, slackPlugin } from "./node_modules/emulate/dist/dist-6ZQHD4DN.js";

export const SECRET = "stand-in-signing-secret";
export const APP = { app_id: "A0LEADCYCLE", bot_id: "B0LEADCYCLE", bot_user_id: "U0LEADCYCLE" };
export const TEAM = process.env.STAND_IN_TEAM ?? "T000000001"; // the emulator's own
const NAME = process.env.STAND_IN_NAME ?? "Riverside";
const REDIRECT = "https://leadcycle.school.example/slack/oauth";
const CALLS_WITH_ONE_TOKEN = 4_000;
const SUBSCRIBED = (event) => event.type === "message" && event.channel_type === "im";

export let app; // takes a Request, gives a Response
export let tables;
export let bot; // its token
let webhooks;
let deliver; // the emulator's own signed delivery to the app under test
let delivered; // told after each delivery
let tokens = 0; // given out so far
const revoked = new Map(); // token -> the error of a call with it
const used = new Map(); // token -> calls
const cause = new AsyncLocalStorage(); // { events }: where the events of a person's call go

/** Start the emulator behind this address; `afterDelivery` is called when the app has answered an event. */
export async function start(front, afterDelivery) {
  delivered = afterDelivery;
  const register = slackPlugin.register.bind(slackPlugin);
  slackPlugin.register = (...given) => register(...capture(...given));
  return createEmulator({
    service: "slack",
    port: 0,
    hostname: "127.0.0.1",
    baseUrl: front,
    seed: {
      slack: {
        team: { name: NAME, domain: NAME.toLowerCase() },
        oauth_apps: [
          {
            ...{ ...APP, client_id: "1.2", client_secret: "stand-in-client-secret", scopes: ["chat:write"] },
            ...{ name: "Leadcycle", bot_name: "leadcycle", redirect_uris: [REDIRECT] },
          },
        ],
        signing_secret: SECRET,
      },
    },
  });
}

function capture(anApp, store, dispatcher, ...more) {
  app = anApp;
  tables = getSlackStore(store);
  webhooks = dispatcher;
  deliver = webhooks.dispatch.bind(webhooks);
  webhooks.dispatch = dispatched;
  const insert = tables.messages.insert.bind(tables.messages);
  tables.messages.insert = (row) => insert(row.files ? row : { ...row, ts: stamp() });
  return [anApp, store, dispatcher, ...more];
}

/** Call the workspace by its id and name, where it is not the emulator's own. */
export function baptize() {
  for (const { id } of tables.teams.all()) tables.teams.update(id, { team_id: TEAM, name: NAME });
}

/** Give the bot a token that nobody had before: whoever still speaks with an older one is refused. */
export function install() {
  bot = `xoxb-${++tokens}-stand-in`;
  const { bot_id, app_id, bot_user_id } = APP;
  tables.tokens.insert({
    ...{ token: bot, token_type: "bot", team_id: TEAM, user_id: bot_user_id, app_id, bot_id, bot_user_id },
    ...{ scopes: [], client_id: "1.2" },
  });
  return bot;
}

/** From now on each call with this token is answered with this error. */
export function revoke(token, error) {
  revoked.set(token, error);
  for (const { id } of tables.tokens.findBy("token", token)) tables.tokens.delete(id);
}

// ---------------------------------------------------------------- events

/** Tell the bot's own messages in direct conversations to this address. */
export function subscribe(url) {
  webhooks.clear();
  if (url) webhooks.register({ url, events: ["*"], active: true, owner: "slack" });
}

/** Run a person's call; returns its answer and the events that it caused, which are not delivered. */
export async function asPerson(call) {
  const events = [];
  return { answer: await cause.run({ events }, call), events };
}

/** A person's call collects its events; what the bot does is told to the app if it would be subscribed to it. */
async function dispatched(type, action, payload, owner) {
  const told = envelope(payload.event);
  const collected = cause.getStore()?.events;
  if (collected) collected.push(told);
  else if (SUBSCRIBED(told.event)) void deliver(type, action, told, owner).then(delivered);
}

/** The event as Slack sends it. */
export function envelope(event) {
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
      ...(event.type === "message" && event.user ? { team: team(event.user) } : {}),
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

const team = (user) => tables.users.findOneBy("user_id", user)?.team_id ?? TEAM;

function kind(channel) {
  if (channel.is_im) return "im";
  if (channel.is_mpim) return "mpim";
  return channel.is_private ? "group" : "channel";
}

let last = 0;

/** A time stamp as Slack has it: microseconds, each only once. */
export function stamp() {
  last = Math.max(last + 1, Date.now() * 1000);
  return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, "0")}`;
}

// ---------------------------------------------------------------- the Web API

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

/** Call the Web API as Slack has it. */
export async function webApi(method, given, token, headers) {
  const refusal = refused(token);
  if (refusal) return { ok: false, error: refusal };
  if (method === "conversations.history") return listed(await allHistory(given.channel, token), given);
  if (method === "conversations.replies") return listed(await emulate(method, given, token), given);
  const answer = await emulate(method, completed(method, given, token), token, headers);
  if (method === "chat.postMessage" && answer.ok) answer.ts = answer.message.ts;
  if (method === "users.list" && answer.response_metadata?.next_cursor === "")
    answer.members.push(...(await deactivated(token)));
  if (answer.user?.id) answer.user = { ...answer.user, ...personal(answer.user.id, given) };
  answer.members = answer.members?.map((user) => (user.id ? { ...user, ...personal(user.id, given) } : user));
  return answer;
}

function refused(token) {
  if (!token || tables.tokens.findOneBy("token", token)) return undefined; // the emulator says not_authed by itself
  return revoked.get(token) ?? "invalid_auth";
}

/** What Slack adds to what an app sends. */
function completed(method, given, token) {
  const author = method.startsWith("chat.post") && token === bot ? { bot_id: APP.bot_id, app_id: APP.app_id } : {};
  const blocks = Array.isArray(given.blocks) ? { blocks: named(given.blocks) } : {};
  const view = Array.isArray(given.view?.blocks) ? { view: { ...given.view, blocks: named(given.view.blocks) } } : {};
  const spoken = given.alt_txt ? { alt_text: given.alt_txt } : {};
  return { ...given, ...author, ...blocks, ...view, ...spoken };
}

export function named(blocks) {
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

async function deactivated(token) {
  const gone = tables.users.all().filter((user) => user.deleted);
  const told = await Promise.all(gone.map(({ user_id }) => emulate("users.info", { user: user_id }, token)));
  return told.map(({ user }) => user);
}

const truth = (value) => ["true", "1"].includes(String(value));

function personal(id, given) {
  const { tz, tz_offset, locale, is_restricted, is_ultra_restricted } = tables.users.findOneBy("user_id", id) ?? {};
  const language = truth(given.include_locale) ? { locale } : {};
  const guest = { is_restricted: is_restricted ?? false, is_ultra_restricted: is_ultra_restricted ?? false };
  return { tz, tz_offset, tz_label: tz, updated: Math.floor(Date.now() / 1000), ...guest, ...language };
}

/** The posts of a conversation or of a thread that are asked for, a page at a time. */
function listed(all, given) {
  if (!all.ok) return all;
  if (all.messages.length === 0 && given.ts) return { ok: false, error: "thread_not_found" };
  const inclusive = truth(given.inclusive);
  const after = (ts) => !given.oldest || Number(ts) > Number(given.oldest) || (inclusive && ts === given.oldest);
  const before = (ts) => !given.latest || Number(ts) < Number(given.latest) || (inclusive && ts === given.latest);
  const found = all.messages.filter(({ ts }) => ts === given.ts || (after(ts) && before(ts)));
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
