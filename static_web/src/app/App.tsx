import { FluentProvider, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ApiError } from "@/api/http";
import { ThemeContext } from "@/app/ThemeContext";
import { useTheme } from "@/hooks/useTheme";

const MAX_RETRIES = 1;

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // a refusal stays a refusal; a failure may have been a moment's
        retry: (failures, error) =>
          failures < MAX_RETRIES && !(error instanceof ApiError && error.problem.status < 500),
      },
    },
  });
}

/** Gives every page its theme and its cache of lists. */
export function App({ children }: { children: ReactNode }) {
  const theme = useTheme();
  const [client] = useState(newQueryClient);
  return (
    <ThemeContext value={theme}>
      <FluentProvider theme={theme.isDark ? webDarkTheme : webLightTheme}>
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </FluentProvider>
    </ThemeContext>
  );
}
