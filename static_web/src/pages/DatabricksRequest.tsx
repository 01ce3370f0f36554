import { RequestPage } from "@/features/requests/RequestPage";

export function DatabricksRequest() {
  return <RequestPage platform="databricks" />;
}
