import { Button } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { useEffect, useRef, useState } from "react";
import { problemOf } from "@/api/http";
import type { Problem } from "@/api/types";
import { exportRows, type Export } from "@/lists/exportRows";
import { downloadCsv } from "@/text/csv";
import { formatNumber } from "@/text/format";

interface Props<Row> extends Pick<Export<Row>, "path" | "params" | "fields" | "limit"> {
  fileName: string;
  disabled: boolean;
  onProblem: (problem: Problem | null) => void;
}

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
