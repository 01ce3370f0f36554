import { ExpiryNotificationsPage } from "@/features/jobs/ExpiryNotificationsPage";

export function DatabricksExpiryNotifications() {
  return <ExpiryNotificationsPage platform="databricks" />;
}
