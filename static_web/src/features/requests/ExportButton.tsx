import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { useEffect, useRef, useState } from "react";
import { problemOf } from "@/api/http";
import type { ListParams } from "@/api/requests";
import type { Problem } from "@/api/types";
import { downloadCsv } from "@/csv";
import { exportRequests } from "@/features/requests/exportRequests";
import type { ListName } from "@/paths";
import type { Platform } from "@/platforms";

interface Props {
  platform: Platform;
  list: ListName;
  params: ListParams;
  disabled: boolean;
  onProblem: (problem: Problem | null) => void;
}

/** Exports what is filtered; while it reads, the button shows how far it is and cancels. */
export function ExportButton({ platform, list, params, disabled, onProblem }: Props) {
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const runningRef = useRef<AbortController | null>(null);
  useEffect(() => () => runningRef.current?.abort(), []);

  const start = async () => {
    const running = new AbortController();
    runningRef.current = running;
    onProblem(null);
    setProgress({ done: 0, total: 0 });
    try {
      const onProgress = (done: number, total: number) => setProgress({ done, total });
      const parts = await exportRequests({ platform, list, params, signal: running.signal, onProgress });
      downloadCsv(`${platform}-${list}.csv`, parts);
    } catch (error) {
      if (!running.signal.aborted) onProblem(problemOf(error));
    } finally {
      setProgress(null);
    }
  };
  if (progress) {
    const share = progress.total ? `${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")}` : "…";
    return <Button onClick={() => runningRef.current?.abort()}>Cancel export ({share})</Button>;
  }
  return (
    <Button icon={<ArrowDownloadRegular />} disabled={disabled} onClick={() => void start()}>
      Export CSV
    </Button>
  );
}
