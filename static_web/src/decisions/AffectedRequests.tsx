import type { AccessRequest } from "@/api/types";
import type { Platform } from "@/platforms";
import { formatDate, formatNumber, shortId } from "@/text/format";
import { grantText } from "@/text/resource";
import styles from "./decisions.module.css";

/** What is decided about: one request in words, more of them as a list to be opened. */
export function AffectedRequests({ platform, requests }: { platform: Platform; requests: AccessRequest[] }) {
  const [first] = requests;
  if (requests.length === 1 && first) return <p className={styles.request}>{textOf(platform, first)}</p>;
  return (
    <details className={styles.which}>
      <summary>Which ({formatNumber(requests.length)})</summary>
      <ul>
        {requests.map((request) => (
          <li key={request.id}>{textOf(platform, request)}</li>
        ))}
      </ul>
    </details>
  );
}

function textOf(platform: Platform, request: AccessRequest): string {
  const end = request.expiresOn ? `until ${formatDate(request.expiresOn)}` : "without an end";
  return `#${shortId(request.id)}, ${request.requestedByEmail}: ${grantText(platform, request)}, ${end}`;
}
