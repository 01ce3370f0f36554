import { useState, type ReactNode, type RefObject } from "react";
import { MAX_SELECTED, type Selectable, type Selection } from "@/requests/useSelection";
import { formatNumber } from "@/text/format";
import styles from "./SelectionBar.module.css";

interface Props<Row> {
  /** What is selected, as in "requests". */
  rowsAre: string;
  selection: Selection<Row>;
  /** The page in view. */
  rows: Row[];
  /** The bar, which takes the focus of a button that is gone. */
  barRef: RefObject<HTMLDivElement | null>;
  /** What can be done with the selected. It is drawn once there is any. */
  actions: ReactNode;
}

/** Says how many rows are selected and offers what can be done. It takes its place before it is needed. */
export function SelectionBar<Row extends Selectable>({ rowsAre, selection, rows, barRef, actions }: Props<Row>) {
  const selected = [...selection.selected.values()];
  const hasUse = useOnceTrue(selected.length > 0);
  return (
    <div ref={barRef} tabIndex={-1} role="group" aria-label={`Selected ${rowsAre}`} className={styles.bar}>
      <span role="status" className={styles.count}>
        {selected.length ? <Count selected={selected} rows={rows} /> : `Select ${rowsAre} to act on them together.`}
      </span>
      {hasUse && actions}
    </div>
  );
}

/** Stays true: the outcome is told after the selection is empty. */
function useOnceTrue(isTrue: boolean): boolean {
  const [wasTrue, setWasTrue] = useState(isTrue);
  if (isTrue && !wasTrue) setWasTrue(true);
  return isTrue || wasTrue;
}

function Count({ selected, rows }: { selected: Selectable[]; rows: Selectable[] }) {
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
