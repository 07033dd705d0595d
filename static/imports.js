// The upload form: a file that is too large is refused before it is sent, and sending is said. Works without as well.
const form = document.querySelector("form[data-largest]");
if (form) {
  const said = form.querySelector(".im-error");
  const say = (text) => { said.textContent = text; said.hidden = !text; };
  const tooLarge = () => (form.elements.file.files[0]?.size ?? 0) > Number(form.dataset.largest);
  form.elements.file.addEventListener("change", () => say(tooLarge() ? form.dataset.tooLarge : ""));
  form.addEventListener("submit", (event) => {
    if (tooLarge()) {
      event.preventDefault();
      return;
    }
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    button.textContent = form.dataset.sending;
  });
  // Back from the next page, the form may be sent again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
