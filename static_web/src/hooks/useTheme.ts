import { useEffect, useState, useSyncExternalStore } from "react";

export const THEME_CHOICES = ["system", "light", "dark"] as const;
type ThemeChoice = (typeof THEME_CHOICES)[number];

const STORAGE_KEY = "theme";
const darkQuery = () => window.matchMedia("(prefers-color-scheme: dark)");

function subscribeToSystem(onChange: () => void): () => void {
  const query = darkQuery();
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

// a browser may deny its storage, by throwing

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return THEME_CHOICES.find((choice) => choice === stored) ?? "system";
  } catch {
    return "system";
  }
}

function store(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // then it lasts as long as the page
  }
}

/** Returns the theme: light, dark or the system's. The choice is remembered in this browser. */
export function useTheme() {
  const [choice, setChoice] = useState(storedChoice);
  const systemIsDark = useSyncExternalStore(subscribeToSystem, () => darkQuery().matches);
  const isDark = choice === "dark" || (choice === "system" && systemIsDark);
  useEffect(() => {
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  }, [isDark]);
  const choose = (chosen: ThemeChoice) => {
    store(chosen);
    setChoice(chosen);
  };
  return { choice, choose, isDark };
}
