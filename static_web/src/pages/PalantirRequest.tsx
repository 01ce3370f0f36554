import { RequestPage } from "@/features/requests/RequestPage";

export function PalantirRequest() {
  return <RequestPage platform="palantir" />;
}
