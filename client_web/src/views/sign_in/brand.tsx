/** Whose page it is: the firm's picture and name, or the product's mark; as high in each case. */
import type { FirmView } from "../../view_models/firm_sign";
import { usePictureOf } from "../invitation/use_picture";
import { Mark } from "../parts/mark";
import s from "./sign_in.module.css";

export function Brand({ firm }: { firm: FirmView | undefined }) {
  const picture = usePictureOf(firm?.picture);
  return (
    <p className={s.brand}>
      {firm?.picture === undefined ? (
        <Mark size={48} />
      ) : (
        <span className={s.sign}>
          {picture === undefined ? null : <img src={picture} alt="" />}
        </span>
      )}
      {firm === undefined ? null : <bdi className={s.firm}>{firm.name}</bdi>}
    </p>
  );
}
