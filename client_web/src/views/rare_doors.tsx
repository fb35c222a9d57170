/** The screens before the chat that a session, or an account, leads to: see `Door` for the others. */
export { Objection } from "./invitation/objection";
export { Verify } from "./invitation/verify";
export { Locked } from "./locked/locked";
export { Notice } from "./notice/notice";
export { Told } from "./notice/told";
export { ChooseFirstPassword } from "./sign_in/first_password";
export { RoleCode } from "./sign_in/role_code";
export { Switching } from "./sign_in/switching";
