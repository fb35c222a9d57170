/** What is fetched after the first screen: the sheets, and the larger dialogs. */
export { Complaint } from "./dialogs/complaint";
export { Forward } from "./dialogs/forward";
export { Help } from "./dialogs/help";
export { JoinDialog } from "./dialogs/join";
export { NewDialog } from "./dialogs/new_dialog";
export { Prove } from "./dialogs/prove";
export { Report } from "./dialogs/report";
export { SendLater } from "./dialogs/send_later";
export { Shortcuts } from "./dialogs/shortcuts";
export { Switcher } from "./dialogs/switcher";
export { Tour } from "./dialogs/tour";
export { Find } from "./find/find";
export { ConversationSheet } from "./sheets/conversation_sheet";
export { OwnSheet } from "./sheets/own_sheet";
