import { AllRequestsPage } from "@/features/requests/AllRequestsPage";

export function DatabricksAllRequests() {
  return <AllRequestsPage platform="databricks" />;
}
