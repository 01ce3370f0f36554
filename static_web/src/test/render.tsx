import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { StrictMode, type ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";

/** Renders at an address with what every page needs around it; strictly, as in development. */
export function renderAt(address: string, page: ReactNode) {
  const router = createMemoryRouter([{ path: "*", element: page }], { initialEntries: [address] });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <StrictMode>
      <FluentProvider theme={webLightTheme}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </FluentProvider>
    </StrictMode>,
  );
  return { ...view, router };
}
