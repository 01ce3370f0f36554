import { Checkbox } from "@fluentui/react-components";
import { useState } from "react";
import { problemOf } from "@/api/http";
import { MAX_LIMIT } from "@/api/lists";
import type { ListRow } from "@/api/types";
import { ProblemMessage } from "@/components/ProblemMessage";
import { SearchField } from "@/components/SearchField";
import { MAX_PICKED_EMAILS } from "@/features/jobs/testMode";
import { usePage } from "@/hooks/useApi";
import { apiPaths } from "@/paths";
import type { Platform } from "@/platforms";
import styles from "./jobs.module.css";

interface Props {
  platform: Platform;
  picked: string[];
  disabled: boolean;
  onChange: (emails: string[]) => void;
}

/** Lists the pending email addresses, to tick those whose reminder fails on purpose. */
export function EmailChecklist({ platform, picked, disabled, onChange }: Props) {
  const [searched, setSearched] = useState("");
  const params = { sort: "requestedByEmail", hasUsableEmail: "true", q: searched, limit: String(MAX_LIMIT) };
  const path = apiPaths.list(platform, "pending-notifications");
  const { data, error, refetch } = usePage<ListRow<"pending-notifications">>(path, params);
  const found = new Set(data?.items.map((request) => request.requestedByEmail));
  const emails = [...new Set([...picked, ...found])].sort();
  const full = picked.length >= MAX_PICKED_EMAILS;
  const toggle = (email: string, chosen: boolean) =>
    onChange(chosen ? [...picked, email] : picked.filter((other) => other !== email));

  if (error) {
    return (
      <ProblemMessage
        title="The addresses could not be loaded."
        problem={problemOf(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  return (
    <fieldset className={styles.checklist} disabled={disabled}>
      <legend>
        Emails to fail ({picked.length} picked{full && ", the maximum"})
      </legend>
      <SearchField label="Find an address" placeholder="Email" committed={searched} onCommit={setSearched} />
      <div className={styles.emails}>
        {emails.map((email) => (
          <Checkbox
            key={email}
            label={email}
            checked={picked.includes(email)}
            disabled={disabled || (full && !picked.includes(email))}
            onChange={(_, { checked }) => toggle(email, checked === true)}
          />
        ))}
        {data && emails.length === 0 && <p className={styles.quiet}>No pending request has this address.</p>}
      </div>
      {data?.nextCursor && (
        <p className={styles.quiet}>These come from the first {MAX_LIMIT} pending requests. Search to find others.</p>
      )}
    </fieldset>
  );
}
