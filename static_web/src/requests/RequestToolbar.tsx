import type { ListParams } from "@/api/lists";
import { PeriodFields } from "@/components/PeriodFields";
import { SearchField } from "@/components/SearchField";
import { SelectField } from "@/components/SelectField";
import styles from "@/lists/lists.module.css";
import type { ListUrl } from "@/lists/useListUrl";
import type { ListName } from "@/paths";
import { choicesOf, PLATFORM_IDS, PLATFORMS, type Platform } from "@/platforms";
import { REQUEST_STATUS_CHOICES } from "@/text/statuses";

const SORTS = {
  urgency: "Most urgent first",
  expiresOn: "Ends soonest",
  "-expiresOn": "Ends latest",
  "-requestedOn": "Newest first",
  requestedOn: "Oldest first",
  requestedByEmail: "Requester A–Z",
  "-requestedByEmail": "Requester Z–A",
  "-id": "Highest id",
  id: "Lowest id",
};

export const REQUEST_LIST: ListParams & { sort: string } = {
  ...{ sort: "urgency", status: "", q: "", id: "" },
  ...Object.fromEntries(PLATFORM_IDS.map((platform) => [PLATFORMS[platform].grantField.name, ""])),
  ...{ expiresFrom: "", expiresTo: "", requestedFrom: "", requestedTo: "", unreadableExpiry: "", hasUsableEmail: "" },
};

interface Props {
  platform: Platform;
  list: ListName;
  url: ListUrl;
}

/** Shows search, status, order and further filters of a list of requests. */
export function RequestToolbar({ platform, list, url }: Props) {
  const { params, change } = url;
  const read = (name: string) => params[name] ?? "";
  const grant = PLATFORMS[platform].grantField;
  const unusual = ["unreadableExpiry", "hasUsableEmail"];
  const further = [grant.name, "expiresFrom", "expiresTo", "requestedFrom", "requestedTo", ...unusual, "id"];
  const used = further.filter((name) => read(name)).length;
  return (
    <>
      <div className={styles.search}>
        <SearchField
          placeholder="Email, resource, reason"
          committed={read("q")}
          onCommit={(q) => change({ q }, { replace: true })}
        />
      </div>
      {list === "requests" && (
        <SelectField label="Status" value={read("status")} choices={REQUEST_STATUS_CHOICES} onChange={(status) => change({ status })} />
      )}
      <SelectField label="Order" value={read("sort")} choices={SORTS} onChange={(sort) => change({ sort })} />
      <details className={styles.further} open={used > 0}>
        <summary>{used ? `More filters (${used} set)` : "More filters"}</summary>
        <div className={styles.furtherFields}>
          <SelectField
            label={grant.label}
            value={read(grant.name)}
            choices={{ "": "Any", ...Object.fromEntries(choicesOf(platform, grant).map((each) => [each, each])) }}
            onChange={(value) => change({ [grant.name]: value })}
          />
          <PeriodFields
            label="Ends"
            from={read("expiresFrom")}
            to={read("expiresTo")}
            onChange={(expiresFrom, expiresTo) => change({ expiresFrom, expiresTo }, { replace: true })}
          />
          <PeriodFields
            label="Requested"
            from={read("requestedFrom")}
            to={read("requestedTo")}
            onChange={(requestedFrom, requestedTo) => change({ requestedFrom, requestedTo }, { replace: true })}
          />
          <SelectField
            label="Expiry date"
            value={read("unreadableExpiry")}
            choices={{ "": "Any", true: "Cannot be read", false: "Can be read" }}
            onChange={(unreadableExpiry) => change({ unreadableExpiry })}
          />
          <SelectField
            label="Email address"
            value={read("hasUsableEmail")}
            choices={{ "": "Any", true: "Usable", false: "Not usable" }}
            onChange={(hasUsableEmail) => change({ hasUsableEmail })}
          />
          {read("id") && <p className={styles.note}>Shows only the request with id {read("id")}.</p>}
        </div>
      </details>
    </>
  );
}
