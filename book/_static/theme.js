// Light or dark from the first moment; the theme's own script is not allowed inside a page.
try {
  document.body.dataset.theme = localStorage.getItem("theme") ?? "auto";
} catch {
  document.body.dataset.theme = "auto"; // this browser keeps nothing
}
