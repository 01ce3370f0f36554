import { Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { WeatherMoonRegular } from "@fluentui/react-icons/svg/weather-moon";
import { use } from "react";
import { ThemeContext } from "@/app/ThemeContext";
import { THEME_CHOICES } from "@/hooks/useTheme";

const NAMES = { system: "As the system", light: "Light", dark: "Dark" };

export function ThemeMenu() {
  const { choice, choose } = use(ThemeContext);
  return (
    <Menu
      checkedValues={{ theme: [choice] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const chosen = THEME_CHOICES.find((each) => each === checkedItems[0]);
        if (chosen) choose(chosen);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<WeatherMoonRegular />} aria-label={`Theme: ${NAMES[choice]}`}>
          Theme
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {THEME_CHOICES.map((each) => (
            <MenuItemRadio key={each} name="theme" value={each}>
              {NAMES[each]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
