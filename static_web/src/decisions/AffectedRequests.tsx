import type { AccessRequest } from "@/api/types";
import type { Platform } from "@/platforms";
import { formatDate, formatNumber, shortId } from "@/text/format";
import { grantText } from "@/text/resource";
import styles from "./decisions.module.css";

/** Names what is decided about: one request in words, several as a list to open. */
export function AffectedRequests({ platform, requests }: { platform: Platform; requests: AccessRequest[] }) {
  const [first] = requests;
  if (requests.length === 1 && first) return <p className={styles.request}>{textOf(platform, first)}</p>;
  return (
    <details className={styles.which}>
      <summary>Show {formatNumber(requests.length)} requests</summary>
      <ul>
        {requests.map((request) => (
          <li key={request.id}>{textOf(platform, request)}</li>
        ))}
      </ul>
    </details>
  );
}

const UNREADABLE = "its expiry date cannot be read";
const isUnreadable = ({ expiresOnAsWritten = null }: AccessRequest) => expiresOnAsWritten !== null;

function textOf(platform: Platform, request: AccessRequest): string {
  const end = request.expiresOn ? `ends ${formatDate(request.expiresOn)}` : isUnreadable(request) ? UNREADABLE : "never ends";
  return `#${shortId(request.id)}, ${request.requestedByEmail}: ${grantText(platform, request)}, ${end}`;
}
