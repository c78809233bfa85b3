// Sets the remembered theme before the first paint (see src/state/theme.rs).
(() => {
  try {
    const theme = localStorage.getItem("sluicegate.theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // Storage is forbidden: as the system says.
  }
})();
