import { PendingExpiryPage } from "@/features/requests/PendingExpiryPage";

export function PalantirPendingExpiry() {
  return <PendingExpiryPage platform="palantir" />;
}
