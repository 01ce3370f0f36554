import type { ReactNode } from "react";
import type { ListRow } from "@/api/types";
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

interface Props<List extends ListName> {
  platform: Platform;
  list: List;
  caption: string;
  /** What it means that nothing is in the unfiltered list. */
  empty: ReactNode;
}

/** One of a platform's lists of requests; a row opens its request, and several can be decided about at once. */
export function RequestList<List extends ListName>({ platform, list, caption, empty }: Props<List>) {
  const url = useListUrl(REQUEST_LIST);
  const { isPending } = useCaller();
  const selection = useSelection<ListRow<List>>();
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
      bar={(rows) => <SelectionBar platform={platform} selection={selection} rows={rows} />}
      csv={{ fileName: `${platform}-${list}.csv`, fields: requestCsv(platform, list) }}
      toolbar={<RequestToolbar platform={platform} list={list} url={url} />}
      empty={empty}
    />
  );
}
