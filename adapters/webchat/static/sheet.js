// The dialog with a form: opening and closing it, keeping what was typed, and counting dots.
"use strict";

(() => {
  const sheet = document.getElementById("sheet");
  const filling = () => sheet.querySelector("form");

  // ------------------------------------------------------------ what was typed

  const draft = (form) => `form ${location.pathname} ${form.elements.about.value} ${form.elements.ref.value}`;
  const isTyped = ([name]) => name.startsWith("value");
  const typed = (form) => Array.from(new FormData(form)).filter(isTyped);

  const keep = (form) => sessionStorage.setItem(draft(form), JSON.stringify(typed(form)));
  const forget = (form) => sessionStorage.removeItem(draft(form));

  const fill = (form, values) => {
    for (const input of form.elements) {
      if (!isTyped([input.name || ""])) continue;
      const given = values.filter(([name]) => name === input.name).map(([, value]) => value);
      if (input.type === "radio" || input.type === "checkbox") input.checked = given.includes(input.value);
      else if (given.length) input.value = given[0];
    }
  };

  const restore = (form) => {
    const kept = sessionStorage.getItem(draft(form));
    if (!kept || kept === JSON.stringify(typed(form))) return;
    fill(form, JSON.parse(kept));
    form.querySelector("#kept").hidden = false;
  };

  // ------------------------------------------------------------ dots

  const amount = (input) => Math.max(0, Math.floor(Number(input.value)) || 0);

  const count = (dots) => {
    const budget = Number(dots.dataset.budget);
    const inputs = Array.from(dots.querySelectorAll("input"));
    const left = budget - inputs.reduce((sum, input) => sum + amount(input), 0);
    for (const input of inputs) {
      const row = input.closest(".dots-row");
      const [less, more] = row.querySelectorAll(".step");
      row.classList.toggle("given", amount(input) > 0);
      less.setAttribute("aria-disabled", String(amount(input) === 0));
      more.setAttribute("aria-disabled", String(left <= 0 || amount(input) >= Number(input.max)));
    }
    dots.querySelector(".left").classList.toggle("over", left < 0);
    dots.querySelector(".count").textContent =
      left < 0 ? `${-left} more than your ${budget} dots` : `${left} of ${budget} dots left`;
    dots.querySelector(".pips").textContent =
      left < 0 || budget > 12 ? "" : "●".repeat(budget - left) + "○".repeat(left);
  };

  sheet.addEventListener("click", (event) => {
    const step = event.target.closest(".step");
    if (!step || step.getAttribute("aria-disabled") === "true") return;
    const input = step.closest(".stepper").querySelector("input");
    input.value = amount(input) + Number(step.dataset.step);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  sheet.addEventListener("input", (event) => {
    const dots = event.target.closest(".dots");
    if (dots) count(dots);
    keep(filling());
  });

  // ------------------------------------------------------------ opening and closing

  const focusFirst = (form) => {
    const first = form.querySelector(".field :is(input:not([type=hidden]), select, textarea)");
    (first || form.querySelector("footer .primary")).focus();
  };

  const open = () => {
    const form = filling();
    restore(form);
    form.querySelectorAll(".dots").forEach(count);
    if (!sheet.open) sheet.showModal();
    form.querySelector(".fields").scrollTop = 0;
    focusFirst(form);
  };

  const showProblems = (form) => {
    const wrong = Array.from(form.querySelectorAll(".problem:not(:empty)"));
    for (const field of form.querySelectorAll(".field")) {
      const isWrong = Boolean(field.querySelector(".problem:not(:empty)"));
      for (const input of field.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        input.setAttribute("aria-invalid", String(isWrong));
      }
    }
    const first = wrong[0]?.closest(".field")?.querySelector("input:not([type=hidden]), select, textarea");
    first?.focus();
  };

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    // The form was taken: forget its words now, before the next form with the same name is drawn.
    const form = event.detail.elt;
    const drawsNext = event.detail.xhr.responseText.includes('id="filling"');
    const isTaken = event.detail.xhr.getResponseHeader("HX-Trigger") === "leadcycle:taken";
    if (form.id === "filling" && event.detail.xhr.status === 200 && (drawsNext || isTaken)) forget(form);
  });

  // A form is drawn in, or over the one before: htmx tells of it at an element that may be gone by then.
  let shown = null;
  new MutationObserver(() => {
    const form = filling();
    if (form && form !== shown) open();
    shown = form;
  }).observe(sheet, { childList: true });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "filling" && event.detail.successful && sheet.open) showProblems(filling());
  });

  document.addEventListener("leadcycle:taken", () => sheet.close());

  sheet.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) sheet.close();
    if (!event.target.closest("[data-afresh]")) return;
    forget(filling());
    filling().reset();
    filling().querySelector("#kept").hidden = true;
    filling().querySelectorAll(".dots").forEach(count);
    focusFirst(filling());
  });

  sheet.addEventListener("close", () => {
    document.body.append(document.getElementById("toast"));
    sheet.replaceChildren();
    if (document.activeElement === document.body) document.getElementById("words").focus();
  });
})();
