import { Navigate, type RouteObject } from "react-router";
import { AppShell } from "@/app/AppShell";
import { CrashPage, NotFoundPage } from "@/app/FallbackPages";
import { DatabricksAllRequests } from "@/pages/DatabricksAllRequests";
import { DatabricksCreateRequest } from "@/pages/DatabricksCreateRequest";
import { DatabricksExpiryNotifications } from "@/pages/DatabricksExpiryNotifications";
import { DatabricksPendingExpiry } from "@/pages/DatabricksPendingExpiry";
import { DatabricksRevokeExpired } from "@/pages/DatabricksRevokeExpired";
import { PalantirAllRequests } from "@/pages/PalantirAllRequests";
import { PalantirCreateRequest } from "@/pages/PalantirCreateRequest";
import { PalantirExpiryNotifications } from "@/pages/PalantirExpiryNotifications";
import { PalantirPendingExpiry } from "@/pages/PalantirPendingExpiry";
import { PalantirRevokeExpired } from "@/pages/PalantirRevokeExpired";
import { sitePaths } from "@/paths";

export const routes: RouteObject[] = [
  {
    element: <AppShell />,
    errorElement: <CrashPage />,
    children: [
      { index: true, element: <Navigate to={sitePaths.requests("databricks")} replace /> },
      { path: sitePaths.requests("databricks"), element: <DatabricksAllRequests /> },
      { path: sitePaths.create("databricks"), element: <DatabricksCreateRequest /> },
      { path: sitePaths.pendingExpiry("databricks"), element: <DatabricksPendingExpiry /> },
      { path: sitePaths.notifications("databricks"), element: <DatabricksExpiryNotifications /> },
      { path: sitePaths.revoke("databricks"), element: <DatabricksRevokeExpired /> },
      { path: sitePaths.requests("palantir"), element: <PalantirAllRequests /> },
      { path: sitePaths.create("palantir"), element: <PalantirCreateRequest /> },
      { path: sitePaths.pendingExpiry("palantir"), element: <PalantirPendingExpiry /> },
      { path: sitePaths.notifications("palantir"), element: <PalantirExpiryNotifications /> },
      { path: sitePaths.revoke("palantir"), element: <PalantirRevokeExpired /> },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
];
