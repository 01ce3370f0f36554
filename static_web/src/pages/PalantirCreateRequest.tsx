import { CreateRequestPage } from "@/features/create/CreateRequestPage";

export function PalantirCreateRequest() {
  return <CreateRequestPage platform="palantir" />;
}
