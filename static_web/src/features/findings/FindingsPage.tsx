import { useRef } from "react";
import { Link } from "react-router";
import type { Finding } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { lazyPart } from "@/components/lazyWithFallback";
import { PageHeader } from "@/components/PageHeader";
import type { RowSelection } from "@/components/RowSelection";
import { SearchField } from "@/components/SearchField";
import { SelectField } from "@/components/SelectField";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment } from "@/components/TimeText";
import { FINDING_COLUMNS, FINDING_CSV } from "@/features/findings/findingColumns";
import { useCaller } from "@/hooks/useCaller";
import { useOverview } from "@/hooks/useOverview";
import listStyles from "@/lists/lists.module.css";
import { ListView } from "@/lists/ListView";
import { useListUrl, type ListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths } from "@/paths";
import { PLATFORM_CHOICES, PLATFORMS } from "@/platforms";
import { SelectionBar } from "@/requests/SelectionBar";
import { useSelection, type Selection } from "@/requests/useSelection";
import { FINDING_KINDS, KIND_CHOICES, PRINCIPAL_CHOICES, STATE_CHOICES } from "@/text/findings";
import styles from "./findings.module.css";

const FindingActions = lazyPart(() => import("@/features/findings/FindingActions"));

const FINDING_LIST = { sort: "-firstSeenAt", platform: "", kind: "", state: "", principalKind: "", q: "" };

const SORTS = {
  "-firstSeenAt": "Newest first",
  firstSeenAt: "Oldest first",
  "-lastSeenAt": "Seen last first",
  lastSeenAt: "Seen last at the end",
};

/** Lists what differs between the records and the platforms, for operators to act on. */
export function FindingsPage() {
  const url = useListUrl(FINDING_LIST);
  const { isPending, mayOperate } = useCaller();
  const selection = useSelection<Finding>();
  const barRef = useRef<HTMLDivElement>(null);
  return (
    <>
      <PageHeader title="Findings">
        The nightly check compares the records with each platform. Here is what differs.
      </PageHeader>
      <Kinds kind={url.params["kind"] ?? ""} />
      <ListView<Finding>
        path={apiPaths.findings}
        url={url}
        caption="Findings"
        columns={FINDING_COLUMNS}
        rowKey={({ id }) => id}
        isWaiting={isPending}
        {...((isPending || mayOperate) && {
          checkboxesOf: (rows) => checkboxesOf(selection, rows),
          bar: (rows) => (
            <SelectionBar
              rowsAre="findings"
              selection={selection}
              rows={rows}
              barRef={barRef}
              actions={<FindingActions selection={selection} barRef={barRef} />}
            />
          ),
        })}
        csv={{ name: "findings", fields: FINDING_CSV }}
        toolbar={<Toolbar url={url} />}
        empty={<NothingFound />}
      />
    </>
  );
}

/** Says what the filtered kind means; without a filter, what each kind means, to open. */
function Kinds({ kind }: { kind: string }) {
  const only = Object.entries(FINDING_KINDS).find(([each]) => each === kind)?.[1];
  if (only) {
    return (
      <p className={styles.meaning}>
        {only.meaning} {only.advice}
      </p>
    );
  }
  return (
    <details className={styles.kinds}>
      <summary>What the kinds mean, and what to do</summary>
      <dl>
        {Object.entries(FINDING_KINDS).map(([each, text]) => [
          <dt key={each}>
            <StatusBadge {...text} />
          </dt>,
          <dd key={`${each} means`}>
            {text.meaning} {text.advice}
          </dd>,
        ])}
      </dl>
    </details>
  );
}

function Toolbar({ url: { params, change } }: { url: ListUrl }) {
  const read = (name: string) => params[name] ?? "";
  const select = (label: string, name: string, choices: Record<string, string>) => (
    <SelectField label={label} value={read(name)} choices={choices} onChange={(value) => change({ [name]: value })} />
  );
  return (
    <>
      <div className={listStyles.search}>
        <SearchField placeholder="Email, group, resource" committed={read("q")} onCommit={(q) => change({ q }, { replace: true })} />
      </div>
      {select("State", "state", STATE_CHOICES)}
      {select("Kind", "kind", KIND_CHOICES)}
      {select("Platform", "platform", { "": "Any", ...PLATFORM_CHOICES })}
      {select("Who", "principalKind", PRINCIPAL_CHOICES)}
      {select("Order", "sort", SORTS)}
    </>
  );
}

function checkboxesOf({ selected, toggle, toggleAll }: Selection<Finding>, rows: Finding[]): RowSelection<Finding> {
  const selectable = rows.filter(({ acts }) => acts.length > 0);
  return {
    isSelected: ({ id }) => selected.has(id),
    nameOf: (row) => (row.acts.length ? `finding about ${row.principal}: ${row.access} on ${row.resource}` : null),
    onToggle: (row, isRange) => toggle(row, selectable, isRange),
    onToggleAll: () => toggleAll(selectable),
  };
}

/** Says when each platform was last checked: only then does an empty list tell anything. */
function NothingFound() {
  const { data } = useOverview();
  const checks = data?.jobs.filter(({ kind }) => kind === "AccessCheck") ?? [];
  if (data && checks.length === 0) {
    return (
      <EmptyState title="No platform is checked">
        The app is not connected to a platform. <Link to={sitePaths.connections}>See the connections</Link>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing was found">
      {checks.map(({ platform, lastRun }) => (
        <span key={platform}>
          {lastRun ? (
            <>
              {PLATFORMS[platform].title} was last checked <Moment iso={lastRun.endedAt ?? lastRun.startedAt} inline />.{" "}
            </>
          ) : (
            `${PLATFORMS[platform].title} has not been checked yet. `
          )}
        </span>
      ))}
    </EmptyState>
  );
}
