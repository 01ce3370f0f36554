import { useRef, type ReactNode } from "react";
import type { ListRow } from "@/api/types";
import { lazyPart } from "@/components/lazyWithFallback";
import { useCaller } from "@/hooks/useCaller";
import { ListView } from "@/lists/ListView";
import { useListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths, type ListName } from "@/paths";
import type { Platform } from "@/platforms";
import { requestColumns, requestCsv } from "@/requests/requestColumns";
import { REQUEST_LIST, RequestToolbar } from "@/requests/RequestToolbar";
import { SelectionBar } from "@/requests/SelectionBar";
import { useRequestCheckboxes } from "@/requests/useRequestCheckboxes";
import { useSelection } from "@/requests/useSelection";

const SelectionActions = lazyPart(() => import("@/requests/SelectionActions"));

interface Props<List extends ListName> {
  platform: Platform;
  list: List;
  caption: string;
  /** Says what it means that the unfiltered list is empty. */
  empty: ReactNode;
}

/** Shows one of a platform's lists of requests. A row opens its request, and several can be acted on together. */
export function RequestList<List extends ListName>({ platform, list, caption, empty }: Props<List>) {
  const url = useListUrl(REQUEST_LIST);
  const { isPending } = useCaller();
  const selection = useSelection<ListRow<List>>();
  const barRef = useRef<HTMLDivElement>(null);
  const checkboxesOf = useRequestCheckboxes(selection);
  return (
    <ListView<ListRow<List>>
      path={apiPaths.list(platform, list)}
      url={url}
      caption={caption}
      columns={requestColumns(platform)[list]}
      rowKey={({ id }) => id}
      rowHref={({ id }) => sitePaths.request(platform, id)}
      isWaiting={isPending}
      checkboxesOf={checkboxesOf}
      bar={(rows) => (
        <SelectionBar
          rowsAre="requests"
          selection={selection}
          rows={rows}
          barRef={barRef}
          actions={<SelectionActions platform={platform} selection={selection} barRef={barRef} />}
        />
      )}
      csv={{ name: `${platform}-${list}`, fields: requestCsv(platform, list) }}
      toolbar={<RequestToolbar platform={platform} list={list} url={url} />}
      empty={empty}
    />
  );
}
