// Comfort only: the texts can be selected and copied without it.
for (const text of document.querySelectorAll("textarea")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-describedby", text.id + "-name");
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    } catch {} // it stands selected, for the keys
  });
  text.after(button);
}
