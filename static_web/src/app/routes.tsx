import type { ComponentType } from "react";
import type { RouteObject } from "react-router";
import { AppShell } from "@/app/AppShell";
import { CrashPage, NotFoundPage } from "@/app/FallbackPages";
import { lazyPage } from "@/components/lazyWithFallback";
import { pagePatterns, sitePaths } from "@/paths";

/** Returns the route of a page that is loaded when it is first shown. */
function page<Name extends string>(path: string, name: Name, load: () => Promise<Record<Name, ComponentType>>): RouteObject {
  const Page = lazyPage(() => load().then((module) => ({ default: module[name] })));
  return { path, element: <Page /> };
}

export const routes: RouteObject[] = [
  {
    element: <AppShell />,
    errorElement: <CrashPage />,
    children: [
      page(sitePaths.overview, "OverviewPage", () => import("@/features/overview/OverviewPage")),
      page(sitePaths.runs(), "RunsPage", () => import("@/features/runs/RunsPage")),
      page(pagePatterns.run, "RunPage", () => import("@/features/runs/RunPage")),
      page(sitePaths.audit(), "AuditPage", () => import("@/features/audit/AuditPage")),
      page(sitePaths.connections, "ConnectionsPage", () => import("@/features/connections/ConnectionsPage")),
      page(sitePaths.person(), "PersonPage", () => import("@/features/person/PersonPage")),
      page(sitePaths.requests("databricks"), "DatabricksAllRequests", () => import("@/pages/DatabricksAllRequests")),
      page(sitePaths.create("databricks"), "DatabricksCreateRequest", () => import("@/pages/DatabricksCreateRequest")),
      page(pagePatterns.request("databricks"), "DatabricksRequest", () => import("@/pages/DatabricksRequest")),
      page(sitePaths.pendingExpiry("databricks"), "DatabricksPendingExpiry", () => import("@/pages/DatabricksPendingExpiry")),
      page(sitePaths.notifications("databricks"), "DatabricksExpiryNotifications", () => import("@/pages/DatabricksExpiryNotifications")),
      page(sitePaths.revoke("databricks"), "DatabricksRevokeExpired", () => import("@/pages/DatabricksRevokeExpired")),
      page(sitePaths.requests("palantir"), "PalantirAllRequests", () => import("@/pages/PalantirAllRequests")),
      page(sitePaths.create("palantir"), "PalantirCreateRequest", () => import("@/pages/PalantirCreateRequest")),
      page(pagePatterns.request("palantir"), "PalantirRequest", () => import("@/pages/PalantirRequest")),
      page(sitePaths.pendingExpiry("palantir"), "PalantirPendingExpiry", () => import("@/pages/PalantirPendingExpiry")),
      page(sitePaths.notifications("palantir"), "PalantirExpiryNotifications", () => import("@/pages/PalantirExpiryNotifications")),
      page(sitePaths.revoke("palantir"), "PalantirRevokeExpired", () => import("@/pages/PalantirRevokeExpired")),
      { path: "*", element: <NotFoundPage /> },
    ],
  },
];
