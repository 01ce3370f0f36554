import { Select } from "@fluentui/react-components";
import { use } from "react";
import { ThemeContext } from "@/app/ThemeContext";
import { THEME_CHOICES } from "@/hooks/useTheme";

const NAMES = { system: "System theme", light: "Light theme", dark: "Dark theme" };

export function ThemeSelect() {
  const { choice, choose } = use(ThemeContext);
  return (
    <Select
      size="small"
      appearance="filled-lighter"
      aria-label="Theme"
      value={choice}
      onChange={(_, { value }) => {
        const chosen = THEME_CHOICES.find((each) => each === value);
        if (chosen) choose(chosen);
      }}
    >
      {THEME_CHOICES.map((each) => (
        <option key={each} value={each}>
          {NAMES[each]}
        </option>
      ))}
    </Select>
  );
}
