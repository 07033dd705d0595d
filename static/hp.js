// The pantarlih's page: keeps typed numbers until the server has them, and says when there is no signal. ES5.
(function () {
  "use strict";

  var root = document.documentElement, form = document.getElementById("angka"), days = document.getElementById("pilih-hari");
  var served = root.getAttribute("data-state");

  // A browser that keeps nothing (private window, full) still has the form.
  function memory(act) {
    try { return act(window.localStorage); } catch (error) { return null; }
  }

  if (root.hasAttribute("data-forget")) memory(function (store) {
    for (var i = store.length - 1; i >= 0; i--) if (store.key(i).indexOf("hp ") === 0) store.removeItem(store.key(i));
  });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/hp/sw.js", { scope: "/hp/" }).catch(function () {});

  function told(state) {
    root.setAttribute("data-state", state);
  }
  window.addEventListener("offline", function () { if (form && served === "live") told("kept"); });
  window.addEventListener("online", function () { told(served); });

  if (days) {
    days.className += " scripted";
    days.hari.addEventListener("change", function () { days.submit(); });
  }
  if (!form) return;

  var inputs = form.querySelectorAll("input[data-saved]");

  function key(input) {
    return "hp " + form.getAttribute("data-day") + " " + input.name;
  }

  // What was typed and differs from what the server has was not sent.
  function marked() {
    var unsent = false;
    for (var i = 0; i < inputs.length; i++) if (inputs[i].value !== inputs[i].getAttribute("data-saved")) unsent = true;
    form.className = unsent ? "unsent" : "";
  }

  function typed(input) {
    memory(function (store) {
      if (input.value === input.getAttribute("data-saved")) store.removeItem(key(input));
      else store.setItem(key(input), input.value);
    });
    marked();
  }

  function restored(input) {
    var draft = memory(function (store) { return store.getItem(key(input)); });
    if (draft === input.getAttribute("data-saved")) memory(function (store) { store.removeItem(key(input)); });
    else if (draft !== null) input.value = draft;
    input.addEventListener("input", function () { typed(input); });
  }

  for (var i = 0; i < inputs.length; i++) restored(inputs[i]);
  marked();

  form.addEventListener("submit", function (event) {
    if (navigator.onLine !== false) return;
    event.preventDefault();
    told("unsent");
    document.getElementById("belum").scrollIntoView();
  });
})();
