// The browser's own print dialogue; without scripts its menu does the same.
document.getElementById("cetak").addEventListener("click", () => window.print());
