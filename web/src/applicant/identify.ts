/** Registering, signing in and the code, loaded at once. */

import { RegisterPage } from "./register.tsx";
import { CodePage, SignInPage } from "./sign_in.tsx";

export const pages = { daftar: RegisterPage, masuk: SignInPage, kode: CodePage };
