import { PendingExpiryPage } from "@/features/requests/PendingExpiryPage";

export function DatabricksPendingExpiry() {
  return <PendingExpiryPage platform="databricks" />;
}
