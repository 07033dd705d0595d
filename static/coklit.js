// The live figures: htmx asks every two seconds; this file decides when not to, and keeps what the reader opened.
"use strict";

let opened = [];

// Nobody looks: no request.
document.addEventListener("htmx:confirm", (event) => {
  if (document.hidden) event.preventDefault();
});

// A table that was opened stays open when newer figures take its place.
document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("#angka details[open]")].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});
