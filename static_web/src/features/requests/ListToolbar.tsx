import { Button, Field, Input, Select } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons/svg/search";
import type { ReactNode } from "react";
import { SORT_NAMES } from "@/features/requests/columns";
import { useDebouncedText } from "@/hooks/useDebouncedText";
import type { ListState } from "@/hooks/useListState";
import styles from "./RequestList.module.css";

const STATUSES = ["Active", "Revoked"];

interface Props {
  state: ListState;
  withStatus: boolean;
  children: ReactNode;
}

/** Search, status and order of a list; `children` are its further actions. */
export function ListToolbar({ state, withStatus, children }: Props) {
  const { params, change } = state;
  const [search, setSearch] = useDebouncedText(params.q, (q) => change({ q }));
  const statuses = params.status && !STATUSES.includes(params.status) ? [...STATUSES, params.status] : STATUSES;
  return (
    <div className={styles.toolbar} role="search" aria-label="Filter the list">
      <Field label="Search" className={styles.search}>
        <Input
          type="search"
          value={search}
          contentBefore={<SearchRegular aria-hidden />}
          placeholder="E-mail, resource, reason"
          maxLength={320}
          onChange={(_, { value }) => setSearch(value)}
        />
      </Field>
      {withStatus && (
        <Field label="Status">
          <Select value={params.status} onChange={(_, { value }) => change({ status: value })}>
            <option value="">Any</option>
            {statuses.map((status) => (
              <option key={status}>{status}</option>
            ))}
          </Select>
        </Field>
      )}
      <Field label="Order">
        <Select value={params.sort} onChange={(_, { value }) => change({ sort: value })}>
          {Object.entries(SORT_NAMES).map(([sort, name]) => (
            <option key={sort} value={sort}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <div className={styles.actions}>
        {state.filtered && (
          <Button appearance="subtle" onClick={state.clearFilters}>
            Clear filters
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
