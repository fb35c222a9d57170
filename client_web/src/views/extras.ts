/** What is fetched after the first screen: the sheets, and the larger dialogs. */
export { Complaint } from "./dialogs/complaint";
export { NewConversation } from "./dialogs/new_conversation";
export { Shortcuts } from "./dialogs/shortcuts";
export { ClientCheck } from "./sheets/client_check";
export { ComplaintsPart } from "./sheets/complaints";
export { DevicesSheet } from "./sheets/devices";
export { HoursSheet } from "./sheets/hours";
export { MembersSheet } from "./sheets/members";
export { MessageInfoSheet } from "./sheets/message_info";
export { OwnCopySheet } from "./sheets/own_copy";
export { PasskeysPart } from "./sheets/passkeys";
export { PictureSheet } from "./sheets/picture";
