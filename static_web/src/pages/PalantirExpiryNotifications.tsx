import { ExpiryNotificationsPage } from "@/features/jobs/ExpiryNotificationsPage";

export function PalantirExpiryNotifications() {
  return <ExpiryNotificationsPage platform="palantir" />;
}
