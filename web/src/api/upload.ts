// Sending a file; XMLHttpRequest, as fetch does not tell how much of it is on its way.
import { base } from "../base";
import { answered, ApiError } from "./client";
import type { UploadAnswer } from "./types";

/** One file; `progress` is told the share that was sent. A file that cannot be counted is an answer too, not an error. */
export async function upload(file: File, progress: (share: number) => void): Promise<UploadAnswer> {
  const response = await sent(file, progress);
  if (response.status === 422 && !(response.headers.get("Content-Type") ?? "").includes("problem"))
    return (await response.json()) as UploadAnswer;
  return answered<UploadAnswer>(response);
}

function sent(file: File, progress: (share: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL("api/v1/reports?name=" + encodeURIComponent(file.name), base));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
    request.onload = () => {
      const type = request.getResponseHeader("Content-Type") ?? "";
      resolve(new Response(request.responseText, { status: request.status, headers: { "Content-Type": type } }));
    };
    request.onerror = () => reject(new ApiError(0, null));
    request.onabort = request.onerror;
    request.send(file);
  });
}
