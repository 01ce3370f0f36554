import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { useEffect, useRef, useState } from "react";
import { NoAnswerError, problemOf } from "@/api/http";
import type { Problem } from "@/api/types";
import type { Export } from "@/lists/exportRows";
import { formatNumber } from "@/text/format";

interface Props<Row> extends Pick<Export<Row>, "path" | "params" | "fields" | "limit"> {
  fileName: string;
  disabled: boolean;
  onProblem: (problem: Problem | null) => void;
}

// few visits export anything
const loadExport = () =>
  Promise.all([import("@/lists/exportRows"), import("@/text/csv")]).then(
    ([rows, csv]) => ({ ...rows, ...csv }),
    () => {
      throw new NoAnswerError("A part of this site could not be loaded. Reload the page, then try again.");
    },
  );

/** Exports what is filtered; while it reads, the button shows how far it is and cancels. */
export function ExportButton<Row>({ path, params, fields, limit, fileName, disabled, onProblem }: Props<Row>) {
  const [progress, setProgress] = useState<string | null>(null);
  const runningRef = useRef<AbortController | null>(null);
  useEffect(() => () => runningRef.current?.abort(), []);

  const start = async () => {
    const running = new AbortController();
    runningRef.current = running;
    onProblem(null);
    setProgress("…");
    try {
      const { exportRows, downloadCsv } = await loadExport();
      const parts = await exportRows<Row>({
        ...{ path, params, fields, signal: running.signal },
        ...(limit && { limit }),
        onProgress: (done, total) => setProgress(total ? `${formatNumber(done)} of ${total}` : formatNumber(done)),
      });
      downloadCsv(fileName, parts);
    } catch (error) {
      if (!running.signal.aborted) onProblem(problemOf(error));
    } finally {
      setProgress(null);
    }
  };
  if (progress) return <Button onClick={() => runningRef.current?.abort()}>Cancel export ({progress})</Button>;
  return (
    <Button icon={<ArrowDownloadRegular />} disabled={disabled} onClick={() => void start()}>
      Export CSV
    </Button>
  );
}
