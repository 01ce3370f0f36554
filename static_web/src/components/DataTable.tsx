import { ArrowDownRegular } from "@fluentui/react-icons/svg/arrow-down";
import { ArrowSortRegular } from "@fluentui/react-icons/svg/arrow-sort";
import { ArrowUpRegular } from "@fluentui/react-icons/svg/arrow-up";
import type { MouseEvent, ReactNode } from "react";
import { useNavigate } from "react-router";
import { PageCheckbox, RowCheckbox, type RowSelection } from "@/components/RowSelection";
import styles from "./DataTable.module.css";

export interface Column<Row> {
  key: string;
  header: string;
  /** The server's name for the order; a column without one does not sort. */
  sortKey?: string;
  /** A share of the width, so that columns stay where they are from page to page. */
  width: string;
  /** Left out where there is little room beside the others; a card has room for it again. */
  isOptional?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  /** Where a click on a row leads. A cell holds a link there too, for keyboards and screen readers. */
  rowHref?: (row: Row) => string;
  /** Offered as a first column of checkboxes. */
  selection?: RowSelection<Row>;
  sort?: string;
  onSort?: (sort: string) => void;
  /** The number of placeholder rows while there are no rows yet. */
  skeletonRows?: number;
  busy?: boolean;
}

/** Shows a native table. On narrow screens its rows stack as cards; the roles keep it a table for screen readers. */
export function DataTable<Row>(props: Props<Row>) {
  const { caption, columns, rows, rowKey, rowHref, selection, sort, onSort, skeletonRows = 0, busy = false } = props;
  const follow = useFollowRow();
  return (
    <div className={styles.frame}>
    <table className={styles.table} role="table" aria-busy={busy} data-busy={busy}>
      <caption className={styles.caption}>{caption}</caption>
      <colgroup>
        {selection && <col className={styles.select} />}
        {columns.map((column) => (
          <col key={column.key} style={{ width: column.width }} data-optional={column.isOptional} />
        ))}
      </colgroup>
      <thead data-selects={selection !== undefined}>
        <tr role="row">
          {selection && <PageCheckbox {...selection} rows={rows} />}
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            data-selected={selection?.isSelected(row)}
            {...(rowHref && { "data-opens": true, onClick: (event) => follow(event, rowHref(row)) })}
          >
            {selection && <RowCheckbox {...selection} row={row} />}
            {columns.map((column) => (
              <td key={column.key} role="cell" data-label={column.header} data-optional={column.isOptional}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {Array.from({ length: skeletonRows }, (_, index) => (
          <SkeletonRow key={index} columns={columns.length + (selection ? 1 : 0)} />
        ))}
      </tbody>
    </table>
    </div>
  );
}

/** Opens a row on click, except for a click on a control or one that ends a selection of text. */
function useFollowRow() {
  const navigate = useNavigate();
  return (event: MouseEvent<HTMLElement>, href: string) => {
    const onControl = event.target instanceof Element && event.target.closest("a, button, input, label") !== null;
    if (onControl || getSelection()?.toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(href);
    else void navigate(href);
  };
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const { sortKey, header } = column;
  if (!sortKey || !onSort) {
    return (
      <th scope="col" role="columnheader" data-optional={column.isOptional}>
        {header}
      </th>
    );
  }
  const ascending = sort === sortKey;
  const descending = sort === `-${sortKey}`;
  const Icon = ascending ? ArrowUpRegular : descending ? ArrowDownRegular : ArrowSortRegular;
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={ascending ? "ascending" : descending ? "descending" : "none"}
    >
      <button type="button" className={styles.sort} onClick={() => onSort(ascending ? `-${sortKey}` : sortKey)}>
        {header}
        <span className={ascending || descending ? styles.sorted : styles.unsorted}>
          <Icon aria-hidden />
        </span>
      </button>
    </th>
  );
}

function SkeletonRow({ columns }: { columns: number }) {
  return (
    <tr aria-hidden className={styles.skeleton}>
      {Array.from({ length: columns }, (_, index) => (
        <td key={index} data-label="">
          <span />
        </td>
      ))}
    </tr>
  );
}
