import { AllRequestsPage } from "@/features/requests/AllRequestsPage";

export function PalantirAllRequests() {
  return <AllRequestsPage platform="palantir" />;
}
