package io.cts.probereceiver.door;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Answers every error as a problem (RFC 9457) that says what was tried, on what, why it failed and what to do. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String SEE = "; /v3/api-docs tells what may be sent";

  @ExceptionHandler
  @Nullable
  ResponseEntity<Object> refused(Refused refused, WebRequest request) {
    return answer(refused, refused.problem(), String.valueOf(refused.getMessage()), new HttpHeaders(), request);
  }

  @ExceptionHandler({CannotCreateTransactionException.class, CannotGetJdbcConnectionException.class,
      DataAccessResourceFailureException.class})
  @Nullable
  ResponseEntity<Object> databaseAway(Exception cause, WebRequest request) {
    var headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, "5");
    return answer(cause, Problem.DATABASE_AWAY, "tried to " + verb(request)
        + ", but the database gave no connection; nothing was changed: try again in a few seconds, and look at"
        + " /actuator/health if it stays so", headers, request);
  }

  @ExceptionHandler
  @Nullable
  ResponseEntity<Object> broken(RuntimeException cause, WebRequest request) {
    LOG.error("tried to {}, but it broke", verb(request), cause);
    return answer(cause, Problem.BROKEN, "tried to " + verb(request) + ", but it broke with "
        + cause.getClass().getSimpleName() + "; the log of probe-receiver tells where", new HttpHeaders(), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException cause,
      HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return answer(cause, Problem.MALFORMED_BODY,
        "tried to read the body of " + verb(request) + ", but " + UnreadableBody.why(cause) + SEE, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException cause, HttpHeaders headers,
      HttpStatusCode status, WebRequest request) {
    return answer(cause, Problem.MALFORMED_PARAMETER, "tried to " + verb(request) + ", but " + cause.getPropertyName()
        + " cannot be \"" + cause.getValue() + "\"" + SEE, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
      MissingServletRequestParameterException cause, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return answer(cause, Problem.MALFORMED_PARAMETER,
        "tried to " + verb(request) + ", but ?" + cause.getParameterName() + "= is missing" + SEE, headers, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(NoResourceFoundException cause,
      HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return answer(cause, Problem.UNKNOWN_PATH, "tried to " + verb(request)
        + ", but nothing is there; the API begins at /v1/pulls, /v1/nodes and /v1/probe, and /v3/api-docs lists it",
        headers, request);
  }

  /** What Spring itself refuses: a method, a media type. Its words, in our frame. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception cause, @Nullable Object body,
      HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    var answer = super.handleExceptionInternal(cause, body, headers, status, request);
    if (answer != null && answer.getBody() instanceof ProblemDetail said && body == null) {
      said.setType(Problem.NOT_SERVED.type());
      said.setTitle(Problem.NOT_SERVED.title());
      said.setDetail("tried to " + verb(request) + ", but: " + said.getDetail() + SEE);
    }
    return answer;
  }

  private @Nullable ResponseEntity<Object> answer(Exception cause, Problem problem, String detail, HttpHeaders headers,
      WebRequest request) {
    var body = ProblemDetail.forStatusAndDetail(problem.status(), detail);
    body.setType(problem.type());
    body.setTitle(problem.title());
    return handleExceptionInternal(cause, body, headers, problem.status(), request);
  }

  private static String verb(WebRequest request) {
    return request instanceof ServletWebRequest web ? verb(web.getRequest()) : "answer";
  }

  private static String verb(HttpServletRequest request) {
    return request.getMethod() + " " + request.getRequestURI();
  }
}
