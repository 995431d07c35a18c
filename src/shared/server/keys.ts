import { exportJWK, generateKeyPair, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { Claims } from '../account.ts'
import { keptFile, type Warns } from '../node/kept-file.ts'

/** An Ed25519 public key as a JWK. */
export const PublicKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })
export type PublicKey = z.infer<typeof PublicKey>
const PrivateKey = PublicKey.extend({ d: z.string() })

/** Tokens last a working day. */
export const tokenSeconds = 12 * 60 * 60
const algorithm = 'EdDSA'

export interface SigningKey {
  readonly publicKey: PublicKey
  /** @param typ what the signed thing is: one kind never passes for another */
  sign(typ: string, payload: Record<string, unknown>, seconds?: number): Promise<string>
}

/** The Ed25519 key kept in a file, made at the first start. Whoever holds it can sign as this server. */
export async function openSigningKey(file: string, log: Warns, clock = Date.now): Promise<SigningKey> {
  const kept = keptFile(file, PrivateKey, log)
  let jwk = kept.read()
  if (!jwk) {
    const pair = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true })
    jwk = PrivateKey.parse(await exportJWK(pair.privateKey))
    kept.write(jwk)
  }
  const key = await importJWK(jwk, algorithm)
  return {
    publicKey: PublicKey.parse(jwk),
    sign(typ, payload, seconds) {
      const now = Math.floor(clock() / 1000)
      const jwt = new SignJWT(payload).setProtectedHeader({ alg: algorithm, typ }).setIssuedAt(now)
      return (seconds === undefined ? jwt : jwt.setExpirationTime(now + seconds)).sign(key)
    },
  }
}

/** What was signed as `typ` with this key; null for anything else, and for what has expired. */
export async function verified(
  jwt: string,
  publicKey: PublicKey,
  typ: string,
  clock = Date.now,
): Promise<JWTPayload | null> {
  try {
    const key = await importJWK(publicKey, algorithm)
    const { payload } = await jwtVerify(jwt, key, {
      algorithms: [algorithm],
      typ,
      currentDate: new Date(clock()),
    })
    return payload
  } catch {
    return null
  }
}

export const tokenType = 'JWT'
export const rosterType = 'makerhall-roster+jwt'

/** The claims of a token that this key signed and that still holds; null for any other. */
export async function claimsOf(
  token: string,
  publicKey: PublicKey,
  issuer: string,
  clock = Date.now,
): Promise<Claims | null> {
  const payload = await verified(token, publicKey, tokenType, clock)
  const claims = Claims.safeParse(payload)
  return claims.success && claims.data.iss === issuer ? claims.data : null
}
