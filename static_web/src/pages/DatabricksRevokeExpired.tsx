import { RevokeExpiredPage } from "@/features/jobs/RevokeExpiredPage";

export function DatabricksRevokeExpired() {
  return <RevokeExpiredPage platform="databricks" />;
}
