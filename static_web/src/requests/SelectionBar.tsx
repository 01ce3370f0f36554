import { useRef, useState } from "react";
import type { AccessRequest } from "@/api/types";
import { lazyPart } from "@/components/lazyWithFallback";
import type { Platform } from "@/platforms";
import { MAX_SELECTED, type Selection } from "@/requests/useSelection";
import { formatNumber } from "@/text/format";
import styles from "./SelectionBar.module.css";

const SelectionActions = lazyPart(() => import("@/requests/SelectionActions"));

interface Props<Row> {
  platform: Platform;
  selection: Selection<Row>;
  /** The page in view. */
  rows: Row[];
}

/** Says how many requests are selected and offers what can be done. It takes its place before it is needed. */
export function SelectionBar<Row extends AccessRequest>({ platform, selection, rows }: Props<Row>) {
  const barRef = useRef<HTMLDivElement>(null);
  const selected = [...selection.selected.values()];
  const hasUse = useOnceTrue(selected.length > 0);
  return (
    <div ref={barRef} tabIndex={-1} role="group" aria-label="Selected requests" className={styles.bar}>
      <span role="status" className={styles.count}>
        {selected.length ? <Count selected={selected} rows={rows} /> : "Select requests to act on them together."}
      </span>
      {hasUse && <SelectionActions platform={platform} selection={selection} barRef={barRef} />}
    </div>
  );
}

/** Stays true: the outcome is told after the selection is empty. */
function useOnceTrue(isTrue: boolean): boolean {
  const [wasTrue, setWasTrue] = useState(isTrue);
  if (isTrue && !wasTrue) setWasTrue(true);
  return isTrue || wasTrue;
}

function Count({ selected, rows }: { selected: AccessRequest[]; rows: AccessRequest[] }) {
  const inView = new Set(rows.map(({ id }) => id));
  const elsewhere = selected.filter(({ id }) => !inView.has(id)).length;
  return (
    <>
      {formatNumber(selected.length)}
      <span className={styles.selected}> selected</span>
      {selected.length === MAX_SELECTED && " (the maximum)"}
      {elsewhere > 0 && `, ${formatNumber(elsewhere)} on other pages`}
    </>
  );
}
