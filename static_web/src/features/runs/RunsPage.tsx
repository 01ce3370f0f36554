import type { RecordedRun } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { PeriodFields } from "@/components/PeriodFields";
import { SelectField } from "@/components/SelectField";
import { RUN_COLUMNS, RUN_CSV } from "@/features/runs/runColumns";
import { useOverview } from "@/hooks/useOverview";
import { ListView } from "@/lists/ListView";
import { useListUrl, type ListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths } from "@/paths";
import { PLATFORM_CHOICES } from "@/platforms";
import { JOB_TITLES } from "@/text/jobs";
import { RUN_STATUS_CHOICES } from "@/text/statuses";

const REFRESH_MS = 10_000;

const RUN_LIST = { sort: "-startedAt", kind: "", platform: "", status: "", trigger: "", startedFrom: "", startedTo: "" };
const ANY = { "": "Any" };
const TRIGGERS = {
  ...ANY,
  ...{ timer: "Timer", person: "Person", automation: "Automation", continuation: "Follow-up run" },
};

/** Lists every run of every job. */
export function RunsPage() {
  const url = useListUrl(RUN_LIST);
  return (
    <>
      <PageHeader title="Runs">All runs of all jobs, the newest first.</PageHeader>
      <ListView<RecordedRun>
        path={apiPaths.runs}
        url={url}
        caption="Runs of all jobs"
        columns={RUN_COLUMNS}
        rowKey={({ jobId }) => jobId}
        rowHref={({ jobId }) => sitePaths.run(jobId)}
        csv={{ name: "runs", fields: RUN_CSV }}
        toolbar={<RunFilters url={url} />}
        empty={<EmptyState title="No runs yet">A run appears here as soon as it starts.</EmptyState>}
        refreshMs={REFRESH_MS}
      />
    </>
  );
}

function RunFilters({ url: { params, change } }: { url: ListUrl }) {
  const { data } = useOverview();
  // what never runs here is not offered
  const kinds = new Set(data?.jobs.map(({ kind }) => kind));
  const titles = Object.fromEntries(
    Object.entries(JOB_TITLES).filter(([kind]) => kind !== "AccessCheck" || kinds.has(kind)),
  );
  const read = (name: string) => params[name] ?? "";
  const select = (label: string, name: string, choices: Record<string, string>) => (
    <SelectField label={label} value={read(name)} choices={choices} onChange={(value) => change({ [name]: value })} />
  );
  return (
    <>
      {select("Job", "kind", { ...ANY, ...titles })}
      {select("Platform", "platform", { ...ANY, ...PLATFORM_CHOICES })}
      {select("Status", "status", RUN_STATUS_CHOICES)}
      {select("Started by", "trigger", TRIGGERS)}
      <PeriodFields
        label="Started"
        from={read("startedFrom")}
        to={read("startedTo")}
        onChange={(startedFrom, startedTo) => change({ startedFrom, startedTo }, { replace: true })}
      />
    </>
  );
}
