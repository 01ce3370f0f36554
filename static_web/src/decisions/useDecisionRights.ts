import type { AccessRequest } from "@/api/types";
import { useCaller } from "@/hooks/useCaller";

/** Only ASCII letters are alike in capitals or not, as the server compares addresses. */
const inLowerCase = (address: string) => address.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Returns whose requests the caller may decide about: their own with the role request, all with the role operate. */
export function useDecisionRights() {
  const { caller, mayRequest, mayOperate } = useCaller();
  const address = caller?.email ? inLowerCase(caller.email) : null;
  const isOwn = ({ requestedByEmail }: AccessRequest) => inLowerCase(requestedByEmail) === address;
  return { isOwn, mayDecide: (request: AccessRequest) => mayOperate || (mayRequest && isOwn(request)) };
}
