import { RevokeExpiredPage } from "@/features/jobs/RevokeExpiredPage";

export function PalantirRevokeExpired() {
  return <RevokeExpiredPage platform="palantir" />;
}
