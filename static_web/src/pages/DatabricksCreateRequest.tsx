import { CreateRequestPage } from "@/features/create/CreateRequestPage";

export function DatabricksCreateRequest() {
  return <CreateRequestPage platform="databricks" />;
}
