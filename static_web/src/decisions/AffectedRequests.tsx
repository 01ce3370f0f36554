import type { AccessRequest } from "@/api/types";
import { formatDate, formatNumber, shortId } from "@/text/format";
import { resourceOf } from "@/text/resource";
import styles from "./decisions.module.css";

/** What is decided about: one request in words, more of them as a list to be opened. */
export function AffectedRequests({ requests }: { requests: AccessRequest[] }) {
  const [first] = requests;
  if (requests.length === 1 && first) return <p className={styles.request}>{textOf(first)}</p>;
  return (
    <details className={styles.which}>
      <summary>Which ({formatNumber(requests.length)})</summary>
      <ul>
        {requests.map((request) => (
          <li key={request.id}>{textOf(request)}</li>
        ))}
      </ul>
    </details>
  );
}

function textOf(request: AccessRequest): string {
  const { name, grant } = resourceOf(request);
  const end = request.expiresOn ? `until ${formatDate(request.expiresOn)}` : "without an end";
  return `#${shortId(request.id)}, ${request.requestedByEmail}: ${grant} on ${name}, ${end}`;
}
