// The conversation: keys for requests, lines where they belong, the clock's busy state, what goes wrong.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const scroll = $("scroll");
  const lines = $("lines");
  const words = $("words");

  // ------------------------------------------------------------ one act, one key

  // A double click and a repeated request carry the same key, and the service hears a key once.
  const SAME_CLICK = 300;
  let keys = new WeakMap();

  const newKey = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const keyOf = (form, what) => {
    const last = keys.get(form);
    if (last && last.what === what && (!last.done || Date.now() - last.done < SAME_CLICK)) return last.key;
    const key = newKey();
    keys.set(form, { what, key, done: 0 });
    return key;
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const about = event.detail.triggeringEvent?.submitter?.dataset.about;
    if (about) event.detail.parameters.about = about;
    const what = new URLSearchParams(event.detail.formData).toString();
    event.detail.parameters.key = keyOf(event.detail.elt, what);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const last = keys.get(event.detail.elt);
    const { status } = event.detail.xhr;
    // A refusal is an answer too; with none, or after a fault, the same act goes out under the same key.
    if (last && status >= 200 && status < 500) last.done = Date.now();
  });

  // A closed form may be opened again at once. The browser tells of Escape before it gives the focus back, of the
  // close itself some time after.
  for (const over of ["cancel", "close"]) $("sheet").addEventListener(over, () => { keys = new WeakMap(); });

  // The second click of a double click may meet a card that has just been redrawn under the mouse,
  // and a key that is held down presses a button again and again.
  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("form[hx-post] .button")) swallow(event);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.target.matches("form[hx-post] .button")) swallow(event);
  }, true);

  // ------------------------------------------------------------ lines

  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  // What is longer than the room for it is read from its heading.
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    const newest = lines.lastElementChild;
    if (newest?.offsetHeight > scroll.clientHeight) newest.scrollIntoView({ block: "start" });
    $("newer").hidden = true;
  };

  // Whether a request of this very page is being answered; else the stream brings the lines.
  let isAnswer = false;
  document.addEventListener("htmx:beforeOnLoad", () => {
    isAnswer = true;
    setTimeout(() => { isAnswer = false; });
  });

  const show = (piece) => {
    const card = $(`card-${piece.dataset.number}`);
    (card || piece).scrollIntoView({ block: "nearest" });
    card?.classList.add("answered");
  };

  const redraw = (line) => {
    const number = line.dataset.number;
    const [there, fresh] = [$(`card-${number}`), line.querySelector(`#card-${number}`)];
    if (there.innerHTML === fresh.innerHTML) return;
    const focused = there.contains(document.activeElement) && document.activeElement.value;
    there.replaceWith(fresh);
    htmx.process(fresh);
    if (focused === false) return;
    const same = Array.from(fresh.querySelectorAll("button")).find((button) => button.value === focused);
    (same || fresh).focus({ preventScroll: true });
  };

  const place = (line) => {
    if (document.getElementById(line.id)) {
      if (line.matches(".line[data-number]")) redraw(line);
      return false;
    }
    const number = Number(line.dataset.number || Infinity);
    const later = Array.from(lines.children).find((other) => Number(other.dataset.number) > number);
    line.classList.add("new");
    lines.insertBefore(line, later || null);
    htmx.process(line);
    return !line.classList.contains("own") && line.classList.contains("line");
  };

  lines.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.target !== lines) return;
    event.detail.shouldSwap = false;
    const wasAtEnd = isAtEnd();
    const pieces = Array.from(event.detail.fragment.children);
    const areNew = pieces.map(place);
    if (isAnswer) pieces.forEach(show);
    else if (wasAtEnd) toEnd();
    else if (areNew.includes(true)) $("newer").hidden = false;
  });

  lines.addEventListener("htmx:oobAfterSwap", (event) => {
    const note = event.target.closest(".only-you") || event.target.querySelector?.(".only-you");
    note?.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("click", (event) => {
    const dismissed = event.target.closest("[data-dismiss]");
    if (!dismissed) return;
    $(dismissed.dataset.dismiss).remove();
    words.focus();
  });

  scroll.addEventListener("scroll", () => { if (isAtEnd()) $("newer").hidden = true; }, { passive: true });
  $("newer").addEventListener("click", () => { toEnd(); words.focus(); });
  // The welcome is read first, but only where there is little else to read.
  if (!$("welcome") || scroll.querySelectorAll(".line").length > 1) toEnd();

  // ------------------------------------------------------------ one's own words

  const draft = `words ${location.pathname}`;
  words.value = sessionStorage.getItem(draft) || "";
  words.addEventListener("input", () => sessionStorage.setItem(draft, words.value));
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("composer").requestSubmit();
  });

  let sent = "";
  $("composer").addEventListener("htmx:beforeRequest", () => { sent = words.value; });
  $("composer").addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful || words.value !== sent) return;
    words.value = "";
    sessionStorage.removeItem(draft);
    toEnd();
  });

  // ------------------------------------------------------------ the clock

  const clock = $("clock");
  const moving = $("moving");
  let quietly;

  const busy = (isBusy) => {
    document.querySelector(".bar").classList.toggle("busy", isBusy);
    for (const button of clock.querySelectorAll("button[name]")) {
      button.setAttribute("aria-disabled", String(isBusy));
    }
  };

  clock.addEventListener("htmx:beforeRequest", (event) => {
    clearTimeout(quietly);
    moving.textContent = event.detail.requestConfig.triggeringEvent?.submitter?.dataset.busy || "Moving the clock …";
    if ($("moves").matches(":popover-open")) $("moves").hidePopover();
    busy(true);
  });

  clock.addEventListener("htmx:afterRequest", (event) => {
    busy(false);
    if (!event.detail.successful) moving.textContent = "";
    quietly = setTimeout(() => { moving.textContent = ""; }, 8000);
  });

  // ------------------------------------------------------------ what goes wrong

  let gone;
  const tell = (sentence) => {
    const toast = $("toast");
    // A dialog covers the page: a sentence must stand inside it to be seen.
    ($("sheet").open ? $("sheet") : document.body).append(toast);
    toast.textContent = sentence;
    toast.hidden = false;
    clearTimeout(gone);
    gone = setTimeout(() => { toast.hidden = true; }, 8000);
  };

  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    const isSentence = status !== 500 && responseText.length < 300 && !responseText.includes("<");
    tell(isSentence ? responseText : "Something went wrong. Your words were kept; the program’s log says more.");
  });
  document.addEventListener("htmx:sendError", () => tell("The practice school does not answer. Is the program still running?"));

  let lost;
  document.addEventListener("htmx:sseError", () => {
    lost ??= setTimeout(() => { $("lost").hidden = false; }, 3000);
  });
  document.addEventListener("htmx:sseOpen", () => { clearTimeout(lost); lost = null; $("lost").hidden = true; });
})();
