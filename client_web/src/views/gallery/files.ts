/** Files of the gallery: pictures drawn here and now, so that nothing is fetched. */
import type { TrayFile } from "../../view_models/composer";
import type { FilesModel, FileView } from "../../view_models/files";
import { Observed } from "../../view_models/observable";

/** A picture's colours and, as its only words, its name. */
function drawn(name: string): string {
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 360;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [960, 720];
  const paint = canvas.getContext("2d");
  if (paint === null) return "";
  const sky = paint.createLinearGradient(0, 0, 960, 720);
  sky.addColorStop(0, `hsl(${hue} 45% 72%)`);
  sky.addColorStop(1, `hsl(${hue + 40} 50% 38%)`);
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 960, 720);
  paint.fillStyle = "rgb(255 255 255 / 70%)";
  for (let bar = 0; bar < 7; bar += 1) {
    paint.fillRect(120 + bar * 110, 560 - ((hue + bar * 53) % 300), 70, 600);
  }
  return canvas.toDataURL("image/webp");
}

export function filesModel(sent = 0.42): FilesModel {
  return {
    source: async (_event, file) =>
      file.startsWith("lost") ? { trouble: { code: "no_such_file" } } : { url: drawn(file) },
    local: async () => undefined,
    line: new Observed(true),
    progress: () => new Observed(Math.round(sent * 2_400_000)),
  };
}

export function file(name: string, more: Partial<FileView> = {}): FileView {
  const picture = /\.(png|jpe?g|webp)$/.test(name);
  return {
    key: name,
    id: name,
    name,
    size: 2_400_000,
    type: picture ? "image/png" : "application/pdf",
    kind: picture ? "picture" : "document",
    ...(picture ? { width: 960, height: 720 } : {}),
    waiting: false,
    ...more,
  };
}

export function trayFile(name: string, more: Partial<TrayFile> = {}): TrayFile {
  const { size, kind } = file(name);
  return { key: name, name, size, kind, content: new Blob([name]), ...more };
}
